import { shutOutByHold } from '../../domain/blocked/left-outside.ts';
import { unlistedNames } from '../../domain/blocked/unheard-of.ts';
import type { Client } from '../../domain/client.ts';
import { gravest, isOneOf, retryableErrors } from '../../domain/errors.ts';
import { secondsOf } from '../../domain/instant.ts';
import { demandSameOrganization } from '../../domain/memory/other-organization.ts';
import { seenOf } from '../../domain/memory/seen.ts';
import { isTold } from '../../domain/memory/seen-now.ts';
import { assuming } from '../../domain/own-listing/assuming.ts';
import { activeCompromised, isNamed, rememberedCompromise } from '../../domain/planning/compromise.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Request } from '../../domain/request.ts';
import { ownLeaf } from '../openai/own-way-in.ts';
import { demandAgreement, withFlaws } from '../openai/read-inventory.ts';
import { demandAnyAnswer, readClients } from '../secrets/read-clients.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Journal } from '../table/journal.ts';
import { leavingNow } from '../table/leaving.ts';
import { namesKnown } from '../table/named/named-since.ts';
import { keysOf } from '../x509/keys.ts';
import { activatedAgain } from './activated-again.ts';
import { checkedNames, neverExisted } from './checked-names.ts';
import { refuseKeysOfUploads } from './keys-of-uploads.ts';
import { movedByRuns } from './moved-by-runs.ts';
import { placed, planningFactsOf } from './planning-facts.ts';
import { readAnchors } from './read-anchors.ts';
import { rememberingKeys } from './remembering-keys.ts';
import { type SurveyPorts, survey } from './survey.ts';

/**
 * Reads that an emergency makes at the same time, whatever the policy says: every scope waits for the last of
 * them.
 */
export const EMERGENCY = 100;

/** The adapters that reading the facts of a plan needs. */
export type FactPorts = SurveyPorts & { secrets: Secrets; journal: Journal };
/**
 * How long a run keeps asking for a project that could not be listed before it leaves the project to another
 * run, in seconds.
 */
const PATIENCE = 1_200;

export type Asked = {
  request: Request;
  /** The execution that asks: its ARN, and since when it runs (ISO 8601). */
  execution: { id: string; startedAt: string };
  configuration: { clients: Client[]; policy: Policy; mustRefuse: Client[]; hosts?: string[] | undefined };
  /** The projects to list, when the others are left to their own listing. */
  only?: ReadonlySet<string>;
  /**
   * `true` for a look, which only asks whether something compromised can be cut. Its run does not look again,
   * so it does not wait for a certificate.
   */
  isLook?: boolean | undefined;
};

/**
 * Reads everything that decides a plan: every scope's listing, every anchor's certificate, every client's
 * leaves, and what earlier runs remembered.
 *
 * `isWhole` is false when a project could not be listed. At first that error is thrown, so that the step is
 * tried again. Once it has lasted for `PATIENCE`, only that project waits (I17). The plan then names every
 * compromised upload for that project, because it may be active there (I9, I15). If something compromised is
 * to be cut, nothing waits for the project at all (I16).
 *
 * The same goes for an upload whose certificate the API does not give: its key may be compromised, and the
 * plan names it. An anchor that two scopes describe differently then keeps only itself waiting (I17).
 * `unheardOf` are ids that never existed and that a run has already reported: this plan no longer mentions
 * them.
 */
export async function readFacts(ports: FactPorts, asked: Asked) {
  const { certificates, secrets, journal, clock } = ports;
  const { request, execution, configuration, only, isLook } = asked;
  const { clients, policy, mustRefuse, hosts } = configuration;
  // Nothing is as urgent as an emergency, and a call that the API's rate limit refuses is tried again.
  const atOnce = request.mode === 'emergency' ? EMERGENCY : policy.concurrency;
  const about = { execution: execution.id, concurrency: atOnce };
  const listed = await survey(ports, { ...about, ...(only && { only }) });
  const { failures, disputed, keep } = listed;
  const inventory = withFlaws(listed.inventory, disputed);
  const isWhole = failures.length === 0 && !only;
  const [seen, toldBy, remembered] = await Promise.all([
    journal.seen(),
    journal.toldBy(),
    journal.compromised(),
  ]);
  demandSameOrganization(seen, inventory, { clients: [...clients, ...mustRefuse], mode: request.mode });
  const unlisted = isWhole ? unlistedNames(remembered, listed) : [];
  const told = unlisted.filter(({ anchorId }) => isTold(anchorId, seen, toldBy));
  const unheardOf = await neverExisted(certificates, told, secondsOf(execution.startedAt));
  const named = remembered.filter(({ anchorId }) => !unheardOf.includes(anchorId));
  const basis = { inventory, policy, request, now: clock(), clients };
  const names = await checkedNames(journal, { ...basis, witnesses: mustRefuse }, seenOf(seen, 'anchor'), {
    named,
    isWhole,
  });
  const [soaked, cuts, begun, leaving] = await Promise.all([
    ...([journal.soaks(), journal.cuts(), journal.begun()] as const),
    // A call on its way may concern a project that is left to its own listing, so every upload counts as
    // active there.
    leavingNow(
      journal,
      assuming(inventory, () => true),
      clock(),
    ),
  ]);
  const ended = await activatedAgain(journal, soaked, {
    inventory,
    since: secondsOf(execution.startedAt),
  });
  const soaks = soaked.filter((one) => !ended.includes(one));
  const contents = rememberingKeys(certificates, journal, named);
  const {
    anchors,
    unreadable,
    unanswered: mutes,
    ...mute
  } = await readAnchors(contents, inventory, {
    named,
    request,
  });
  const keys = keysOf(anchors);
  await refuseKeysOfUploads(journal, { request, keys, inventory, named, startedAt: execution.startedAt });
  const unanswered = [...mutes.values()];
  const known = { ...basis, keys, compromised: rememberedCompromise(named) };
  const isUrgent = request.mode === 'emergency' || activeCompromised(known).length > 0;
  const isPatient = clock() < secondsOf(execution.startedAt) + PATIENCE;
  // If no project answers, or no upload does, the API itself is down. A single upload cannot tell that.
  const isOutage = failures.length === inventory.projects.length;
  const isMute = anchors.length === 0 && unanswered.length > 1;
  // An error that another attempt cannot cure makes nothing wait, unless no project answers.
  const passing = failures.filter((failure) => isOneOf(failure, retryableErrors));
  if (failures.length > 0 && !isUrgent && (isOutage || (isPatient && passing.length > 0))) {
    await keep();
    throw passing[0] ?? gravest(failures);
  }
  if (!isUrgent && isPatient) demandAgreement(disputed);
  if (unanswered.length > 0 && (isMute || isPatient)) await keep();
  if (unanswered.length > 0 && (isMute || (isPatient && (!isUrgent || (mute.isNamed && !isLook)))))
    throw gravest(unanswered);
  const leavesOf = (asked: readonly Client[], keyed: boolean) =>
    readClients({ secrets, clock }, asked, anchors, {
      keyed,
      ...{ concurrency: atOnce, urgent: isUrgent || !isPatient },
      unprobed: policy.evidence === 'listing',
    });
  const read = await leavesOf(clients, false);
  if (!isUrgent) demandAnyAnswer(read);
  const memory = { soaks, cuts, begun, leaving };
  const facts = planningFactsOf({
    inventory: assuming(inventory, (id) => isNamed(id, known)),
    ...{ policy, hosts, request, now: basis.now, keys, unreadable, names },
    unanswered: new Set(mutes.keys()),
    configured: [...clients, ...mustRefuse],
    ...{ clients: read, witnesses: await leavesOf(mustRefuse, true) },
    admin: await ownLeaf(certificates, anchors, basis.now),
    remembered: { memory, compromised: named, seen },
  });
  const moved = await movedByRuns(journal, shutOutByHold(facts), basis.now);
  const whole = { ...facts, memory: { ...memory, moved } };
  return {
    ...{ facts: whole, seen, toldBy, anchors, settled: names.settled, namesKnown: namesKnown(named) },
    ended,
    ...{ placed: placed(read, seen), isWhole, unheardOf },
    // `missed` are the errors for which another attempt is better than a plan that does nothing.
    ...{ missed: isPatient ? unanswered : [], isKeyMissed: mute.isNamed },
  };
}

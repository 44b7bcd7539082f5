import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { configuredFromEnvironment } from './adapters/environment.ts';
import { leftActive } from './adapters/openai/before-the-cut/left-active.ts';
import { demandOtherWays } from './adapters/openai/before-the-cut/other-ways.ts';
import { sayNotTaken } from './adapters/openai/not-taken.ts';
import { demandOwnWayIn } from './adapters/openai/own-way-in.ts';
import { type TogglePorts, togglePortsFromEnvironment } from './adapters/openai/toggle.ts';
import { toggleEach } from './adapters/openai/toggle-each.ts';
import { namedByNow, namedMeanwhile } from './adapters/table/named/named-since.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { activeIds, type ListedAnchor } from './domain/anchor.ts';
import { expiredAmong } from './domain/cut/arrival.ts';
import { believeToggle } from './domain/cut/guards/believe-toggle.ts';
import { demandConfigured } from './domain/cut/guards/changed-since-plan.ts';
import { decideDeactivation, demandStanding } from './domain/cut/guards/deactivation.ts';
import { demandTaken, refusalsOf } from './domain/cut/refusals.ts';
import {
  type Deactivation,
  deactivationSchema,
  type ScopeDocument,
  scopeDocumentSchema,
} from './domain/document.ts';
import type { WindlassError } from './domain/errors.ts';
import { instant } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { demandRecentLook } from './domain/next-run/time-left.ts';
import { step } from './step.ts';

type Reads = Pick<ScopeDocument, 'execution' | 'plan' | 'lease' | 'verification'>;

/** `configured` is the digest of the clients' current configuration; undefined where nothing says it. */
type Ports = TogglePorts & { manifests: Manifests; verdicts: Verdicts; configured?: string | undefined };

/**
 * Cuts the retiring anchors of one scope whose successors a fresh listing shows active there now (I1, I2,
 * I7). It then says so to the scopes that judge the same clients' old leaves. Some anchors stay active, and
 * do not keep the others from being cut (I16, I17):
 * - one that the API does not deactivate;
 * - one that waits for a project;
 * - one that a person no longer calls compromised.
 *
 * Throws when nothing is cut.
 */
export async function deactivate(ports: Ports, handed: Reads): Promise<Deactivation> {
  const input = { ...handed, plan: await ports.manifests.share(handed.plan) };
  const { detail, ...cut } = await cutHere(ports, input);
  const told = entryOf(input, ports.clock(), 'deactivated', detail, input.plan.scope);
  const { refusals } = cut;
  const left = refusals?.map(({ anchor }) => anchor);
  // Another attempt may follow this one, and has to find the same.
  const again = refusals?.flatMap((one) => (one.error === 'RetiringReactivated' ? [one.anchor] : []));
  await Promise.all([
    ports.verdicts.sayCut(input.execution, cut.scope, refusals && { left, again }),
    ports.journal.record(told),
  ]);
  return cut;
}

/** Makes the cut. Returns what was cut, and the detail of its line in the trail. */
async function cutHere(
  ports: Ports,
  input: Reads,
): Promise<Deactivation & { detail: Record<string, unknown> }> {
  const { certificates, leases, journal, hold, clock } = ports;
  const { scope, successions } = input.plan;
  const before = await certificates.list(scope);
  const decide = (listing: ListedAnchor[]) => decideDeactivation(input.plan, { listing, hold, now: clock() });
  const { deactivate: standing, alreadyInactive, gone } = decide(before);
  const planned = successions.filter(({ retiring }) => standing.includes(retiring));
  // Another rotation may have taken over: we may not add to its memories, nor continue after a cut that it
  // made.
  const [compromised, misplaced, made] = await Promise.all([
    journal.compromised(),
    ports.verdicts.misplacedIn(input.execution),
    ports.verdicts.cutAmong(input.execution, [scope]),
    leases.demand(claimOf(input)),
  ]);
  // An earlier attempt may have made a cut without hearing the answer. The trail still needs the line that
  // says what came of it.
  const endsAs = (deactivated: string[], left: Map<string, WindlassError>, after: ListedAnchor[]) => {
    const refusals = refusalsOf(new Map([...left, ...gone]));
    // With nothing cut there is nothing to confirm, so the refusals are thrown. A cut that an earlier attempt
    // made is not put back because of another anchor (I16, I17).
    if (deactivated.length + alreadyInactive.length === 0) demandTaken(refusals);
    const [was, is] = [activeIds(before), activeIds(after)];
    const detail = { deactivated, alreadyInactive, before: was, after: is };
    const expired = expiredAmong(deactivated, before, clock());
    const ended = { ...(expired.length > 0 && { expired }), ...(refusals.length > 0 && { refusals }) };
    return { scope, deactivated, alreadyInactive, ...ended, detail };
  };
  if (standing.length === 0) return endsAs([], new Map(), before);

  demandConfigured(input.plan, ports.configured);
  demandRecentLook(scope, input.verification?.provenAt, clock());
  const named = { compromised: async () => compromised };
  const retracted = await leftActive({ ...ports, named }, input, {
    ...{ planned, misplaced, listing: before, saidBefore: made.get(scope) },
  });
  const cuts = planned.filter(({ retiring }) => !retracted.has(retiring));
  const deactivate = standing.filter((id) => !retracted.has(id));
  if (deactivate.length === 0) return endsAs([], retracted, before);
  // If the successor is compromised too, its clients would have nothing to run on (I15).
  for (const successor of await namedByNow(named, cuts))
    throw namedMeanwhile(successor, `nothing was cut for it in ${scope}`);
  await demandOtherWays(ports, input.plan, before);
  await demandOwnWayIn(certificates, scope, { listed: before, cut: deactivate, now: clock() });
  const { outside: passed = [], unknown = [] } = input.verification ?? {};
  const outside = passed.filter((client) => !unknown.includes(client));
  // Written down before the cut: whatever stops this run afterwards, the next run knows which cuts are
  // unconfirmed (I11).
  const remembered = journal.rememberCuts(
    cuts.map(({ compromised = false, ...pair }) => ({
      ...pair,
      scope,
      compromised,
      cutAt: instant(clock()),
      ...(outside.length > 0 && { outside }),
    })),
  );
  const intent = { deactivating: deactivate, before: activeIds(before) };
  await Promise.all([remembered, journal.record(entryOf(input, clock(), 'deactivating', intent, scope))]);
  const refused = await toggleEach(ports, claimOf(input), 'deactivate', scope, deactivate, async () => {
    const listing = await certificates.list(scope);
    decide(listing);
    await demandOtherWays(ports, input.plan, listing);
  });
  await sayNotTaken(ports, input, { event: 'deactivating', intent, refused });
  const after = await certificates.list(scope);
  const deactivated = deactivate.filter((id) => !refused.has(id));
  believeToggle(scope, after, { anchorIds: deactivated, active: false });
  demandStanding(
    scope,
    after,
    cuts.filter(({ retiring }) => deactivated.includes(retiring)),
  );
  return endsAs(deactivated, new Map([...retracted, ...refused]), after);
}

export const handler = step(
  'deactivate',
  {
    reads: scopeDocumentSchema.pick({ execution: true, plan: true, lease: true, verification: true }),
    writes: deactivationSchema,
    ports: () => ({
      ...togglePortsFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
      configured: configuredFromEnvironment(),
    }),
  },
  deactivate,
);

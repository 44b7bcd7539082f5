import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { type Policy, policySchema } from '../../lambdas/domain/policy.ts';
import { chanceAt } from '../../simulation/chance/chance.ts';
import { calmed, faultRatesOf } from '../../simulation/faults/fault-rates.ts';
import { clientsOf } from '../../simulation/organizations/clients-of.ts';
import { filteredTwins } from '../../simulation/organizations/filtered-twins.ts';
import { keylessClients } from '../../simulation/organizations/keyless-clients.ts';
import { refusingRenewals } from '../../simulation/organizations/refusing-renewals.ts';
import type { Scenario } from '../../simulation/organizations/scenario.ts';
import { variedAnchors } from '../../simulation/organizations/varied-anchors.ts';
import { variedClients } from '../../simulation/organizations/varied-clients.ts';
import { variedOrganization } from '../../simulation/organizations/varied-organization.ts';
import { witnessesOf } from '../../simulation/organizations/witnesses-of.ts';
import type { AnchorChoice } from '../../simulation/world/anchor-choice.ts';
import { adminLeaf } from './admin-leaf.ts';
import { withAllowances } from './allowances-of.ts';
import { backAfterADeadCut } from './beside/back-after-a-dead-cut.ts';
import { backAfterItsCut } from './beside/back-after-its-cut.ts';
import { backInTheSoak } from './beside/back-in-the-soak.ts';
import { endedPath } from './beside/ended-path.ts';
import { failingNeighbour } from './beside/failing-neighbour.ts';
import { lateRenewal, stoppedInItsWait } from './beside/late-renewal.ts';
import { cutByHand } from './beside/leaks/cut-by-hand.ts';
import { quietLeak } from './beside/leaks/quiet-leaks.ts';
import { renewedCertifier } from './beside/leaks/renewed-certifier.ts';
import { retractedLeak } from './beside/leaks/retracted-leak.ts';
import { rootInABundle } from './beside/leaks/root-in-a-bundle.ts';
import { deployedMeanwhile } from './beside/meanwhile/deployed-meanwhile.ts';
import { keyOfAnother } from './beside/meanwhile/key-of-another.ts';
import { movedUnread } from './beside/meanwhile/moved-unread.ts';
import { newerMeanwhile } from './beside/meanwhile/newer-meanwhile.ts';
import { renamedMeanwhile } from './beside/meanwhile/renamed-meanwhile.ts';
import { rotatedKey } from './beside/meanwhile/rotated-key.ts';
import { outdatedAuthority } from './beside/outdated-authority.ts';
import { outsideARenewal } from './beside/outside-a-renewal.ts';
import { soakingNeighbour } from './beside/soaking-neighbour.ts';
import { uploadBesideAStopgap } from './beside/upload-beside-a-stopgap.ts';
import { eventsOf, holdsOf } from './events-of.ts';
import { filteredVouchers } from './filtered-vouchers.ts';
import { forgottenRoots } from './forgotten-roots.ts';
import { issuedForServers } from './issued-for-servers.ts';
import { recertifiedIssuers, withLeakedIssuers } from './recertified-issuers.ts';
import { regionsOf } from './regions-of.ts';
import { typosOf, variedPolicy } from './stale-names.ts';
import { stoppedByHand } from './stopped-by-hand.ts';
import { brokenSecretsOf, lostListOf, silentClientsOf, stuckAnchorsOf, troublesOf } from './troubles-of.ts';
import { unreadableUpload } from './unreadable-upload.ts';
import { unreadyClients } from './unready-clients.ts';

const DAY = 86_400;

/** The whole scenario of one seed, always the same for the same seed. */
export function scenarioOf(seed: number): Scenario {
  const chance = chanceAt(seed, 'scenario');
  const start = 1_800_000_000 + chance.between(0, DAY);
  const calm = start + chance.between(3, 9) * DAY + chance.between(0, DAY);
  const leadDays = chance.between(8, 30);
  const organization = variedAnchors(seed, variedOrganization(seed, start, leadDays), start);
  const policy = variedPolicy(seed, policyOf(seed, organization, leadDays), organization);
  const made = clientsOf(seed, organization, { start, calm });
  const all = { ...made, clients: issuedForServers(seed, made.clients, policy.evidence) };
  const unready = { ...organization, lead: leadDays * DAY, start, calm };
  const { clients: usual, events, isQuiet, isRelievedAtACut = false } = unreadyClients(seed, all, unready);
  const varied = variedClients(seed, usual, { ...organization, start });
  const { clients: named, ...keyless } = keylessClients(seed, varied);
  const { clients: vouched, ...vouching } = filteredVouchers(
    seed,
    { ...organization, clients: named },
    { start, calm },
  );
  const clients = recertifiedIssuers(seed, vouched);
  // The host decides which anchor judges a leaf with a cross-certificate. So in such a seed only the vouching
  // anchor may have a filter.
  const isVouched = clients.some(
    ({ running, staged }) => running.by !== undefined || staged?.by !== undefined,
  );
  const kept = isVouched ? { ...organization, anchors: [] } : organization;
  const { twins, trusting } = filteredTwins(seed, kept.anchors, { start, calm });
  const around = twins.length > 0 || isVouched ? { ...organization, anchors: [] } : organization;
  const filtered = witnessesOf(seed, around, { start, calm });
  const own = filtered.anchors.length > 0 ? filtered.anchors : vouching.anchors;
  const isPlain = twins.length === 0 && filtered.witnesses.length === 0 && !isVouched;
  const { anchors, events: refusing } = refusingRenewals(seed, own, { start, calm, isPlain });
  const hosts = ['https://mtls.api.openai.com/v1', 'https://mtls-eu.api.openai.com/v1'].slice(
    0,
    chance.pick([1, 1, 2]),
  );
  // Time for a rotation that was taken up late, for another one that waited for it, and a day to find each.
  const end = calm + 2 * policy.soak + 4 * DAY;
  const { admin, ...renewing } = adminLeaf(seed, { anchors, policy, start, calm });
  const unreadable = unreadableUpload(seed, { anchors, start, calm, end });
  const { roots, forgotten } = forgottenRoots(seed, organization, start);
  const isFiltered = filtered.witnesses.length > 0 || refusing.length > 0;
  const stopMark = stoppedByHand(seed);
  const stopsBetween = isFiltered ? stopsBetweenOf(seed) : null;
  const stopsEverywhere = isFiltered && !stopsBetween ? stopsEverywhereOf(seed) : null;
  const plain = { ...organization, anchors, clients, policy, start };
  // Our own admin certificate may depend on the leaked anchor. Then nothing would be cut (F10), so such a
  // story has none.
  const alone = admin ? null : quietLeak(seed, plain);
  const neighbours = () => failingNeighbour(seed, plain) ?? soakingNeighbour(seed, plain);
  const ownLeaves = () => backInTheSoak(seed, plain) ?? outdatedAuthority(seed, plain);
  const renewals = () => lateRenewal(seed, plain) ?? outsideARenewal(seed, plain);
  const later = () => uploadBesideAStopgap(seed, plain) ?? backAfterItsCut(seed, plain) ?? renewals();
  const meanwhile = () => rotatedKey(seed, plain) ?? newerMeanwhile(seed, plain);
  const retracted = () => (admin ? null : retractedLeak(seed, plain));
  const first = () => neighbours() ?? ownLeaves() ?? alone ?? later();
  const certified = () => (admin ? null : renewedCertifier(seed, plain));
  const bundled = () => (admin ? null : rootInABundle(seed, plain));
  const byHand = () => (admin ? null : cutByHand(seed, plain));
  const deployed = () => deployedMeanwhile(seed, plain) ?? movedUnread(seed, plain);
  const people = () => byHand() ?? deployed() ?? renamedMeanwhile(seed, plain);
  const others = () => retracted() ?? keyOfAnother(seed, plain) ?? certified() ?? bundled() ?? people();
  const last = () => endedPath(seed, plain) ?? meanwhile() ?? others() ?? backAfterADeadCut(seed, plain);
  const story: Partial<Scenario> | null = isPlain
    ? (stoppedInItsWait(seed, plain) ?? first() ?? last())
    : null;
  const beside = story && isWhole(story.anchors ?? anchors) ? story : null;
  // Such a story may leave out the anchor that issued the admin credential's certificate.
  const isAdminThere = (beside?.anchors ?? anchors).some(({ id }) => id === admin?.anchor);
  return {
    ...{
      seed,
      start,
      calm,
      end,
      ...organization,
      clients: [...clients, ...forgotten],
      ...keyless,
      policy,
      faultRates:
        isQuiet || renewing.isQuiet || stopsBetween || beside
          ? calmed(faultRatesOf(seed))
          : faultRatesOf(seed),
    },
    anchors: [...anchors, ...twins, ...roots, ...unreadable.uploads],
    ...(filtered.witnesses.length > 0 && { witnesses: filtered.witnesses }),
    hosts,
    ...regionsOf(seed, { projects: organization.projects, hosts }),
    auditLog: auditLogOf(seed),
    choice: choiceOf(seed),
    ...(chanceAt(seed, 'edges').happens(0.1) && { edges: 3 }),
    ...(admin && isAdminThere && { admin }),
    ...(stopsBetween && { stopsBetween }),
    ...(stopsEverywhere && { stopsEverywhere }),
    ...(stopMark && { stopMark }),
    ...(isRelievedAtACut && { isRelievedAtACut }),
    events: withLeakedIssuers(
      seed,
      clients,
      withAllowances(
        seed,
        [
          ...events,
          ...trusting,
          ...filtered.events,
          ...refusing,
          ...vouching.events,
          ...renewing.events,
          ...unreadable.events,
          ...eventsOf(seed, organization.projects, { start, calm }),
          ...troublesOf(seed, { projects: organization.projects, clients }, { start, calm }),
          ...brokenSecretsOf(seed, clients, { start, end }),
          ...silentClientsOf(seed, clients, { start, calm, end }),
          ...stuckAnchorsOf(seed, organization.anchors, { start, calm }),
          ...lostListOf(seed, { start, calm }),
          ...typosOf(seed, { start, calm }),
          ...holdsOf(seed, { ...organization, hold: policy.hold }, { start, calm }),
        ],
        { projects: organization.projects, clients },
        { start, calm, end },
      ),
      { start, calm },
    ).sort((a, b) => a.at - b.at),
    ...beside,
  };
}

/**
 * Whether the anchor is there whose certificate another upload copies or carries: a story may leave some
 * anchors out.
 */
const isWhole = (anchors: Scenario['anchors']): boolean =>
  anchors.every(({ twin, bundled }) =>
    [twin?.of, bundled].every((of) => of === undefined || anchors.some(({ id }) => id === of)),
  );

const auditLogOf = (seed: number) => {
  const chance = chanceAt(seed, 'audit log');
  return { isOn: chance.happens(0.8), late: chance.pick([0, 0, 900, DAY]) };
};

const choiceOf = (seed: number): AnchorChoice =>
  chanceAt(seed, 'choice among anchors').pick<AnchorChoice>(['first', 'last', seed]);

function policyOf(
  seed: number,
  { projects, anchors }: Pick<Scenario, 'projects' | 'anchors'>,
  leadDays: number,
): Policy {
  const chance = chanceAt(seed, 'policy');
  const nameless = anchors.filter(({ name, generation }) => name === null && generation !== 1);
  const successors = new Map(anchors.filter(({ generation }) => generation === 1).map((a) => [a.line, a]));
  const pairs = nameless.flatMap(({ id, line }) => {
    const successor = successors.get(line);
    return successor && !successor.later && chance.happens(0.7) ? [[id, successor.id]] : [];
  });
  const known = anchors.filter(({ later }) => !later).map(({ id }) => id);
  return policySchema.parse({
    leadTime: `P${leadDays}D`,
    soak: `PT${chance.between(6, 84)}H`,
    safetyMargin: `PT${chance.between(6, 48)}H`,
    evidence: chance.happens(0.8) ? 'probe' : 'listing',
    concurrency: chance.pick([1, 2, 10]),
    hold: chance.some(known, 0.06),
    canary: chance.some(projects, 0.3).filter((project) => project !== ORGANIZATION),
    successions: Object.fromEntries(pairs),
  });
}

/**
 * In a share of the seeds with filters, a run ends between an activation and its undo, and nothing else goes
 * wrong.
 */
function stopsBetweenOf(seed: number): Scenario['stopsBetween'] | null {
  const chance = chanceAt(seed, 'stopped between');
  return chance.happens(0.5) ? chance.pick(['kill', 'kill', 'crash'] as const) : null;
}

/**
 * In some of the others, a run ends when each scope has taken back its own successor, and before that is
 * taken back everywhere.
 */
function stopsEverywhereOf(seed: number): Scenario['stopsEverywhere'] | null {
  const chance = chanceAt(seed, 'stopped before everywhere');
  return chance.happens(0.6) ? chance.pick(['kill', 'crash'] as const) : null;
}

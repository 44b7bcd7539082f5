import { demandNotRetracted, retractedSince } from './adapters/openai/before-the-cut/retracted-since.ts';
import { demandTrusted } from './adapters/openai/demand-trusted.ts';
import { isEnforcedIn } from './adapters/openai/enforcement.ts';
import { sayNotTaken } from './adapters/openai/not-taken.ts';
import { demandOwnWayStays } from './adapters/openai/own-way-in.ts';
import { type TogglePorts, togglePortsFromEnvironment } from './adapters/openai/toggle.ts';
import { toggleEach } from './adapters/openai/toggle-each.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { activeIds, type ListedAnchor, ORGANIZATION } from './domain/anchor.ts';
import { decideActivation } from './domain/cut/guards/activation.ts';
import { believeToggle } from './domain/cut/guards/believe-toggle.ts';
import { demandTaken, refusalsOf } from './domain/cut/refusals.ts';
import {
  type Activation,
  activationSchema,
  type ScopeDocument,
  scopeDocumentSchema,
} from './domain/document.ts';
import { WindlassError } from './domain/errors.ts';
import { firstFew } from './domain/first-few.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { interruptedSoaks } from './domain/memory/soak.ts';
import { demandNobodyOutside } from './domain/own-listing/hanging-here.ts';
import { step } from './step.ts';

type Reads = Pick<ScopeDocument, 'execution' | 'plan' | 'lease' | 'begin'>;
type Ports = TogglePorts & { verdicts: Verdicts };

/**
 * Activates the successors of one scope beside the anchors they will replace, and believes only a fresh
 * listing (I3, I4, I7). A successor that the API refuses does not keep the others from being activated and
 * proven (I17). Throws when no successor of the scope is active in the end. A scope left to its own listing
 * stays unchanged when that listing shows nothing to cut (I4).
 */
export async function activate(ports: Ports, input: Reads): Promise<Activation> {
  const { certificates, leases, journal, hold, clock } = ports;
  const { scope } = input.plan;
  // Read soaks before the listing: while a successor is inactive, the soak that starts afterwards is not
  // stored yet.
  const soaks = await journal.soaks();
  const [before, retracted] = await Promise.all([
    certificates.list(scope),
    retractedSince(ports, scope, input.plan.successions),
  ]);
  demandKnown(input.plan, before);
  if (input.plan.ownListing && !retiresAny(input.plan, before)) return nothingToCut(ports, input, before);
  const decide = async (listing: ListedAnchor[]) => {
    const isEnforced = await isEnforcedIn(scope, listing, certificates);
    return decideActivation(input.plan, { listing, isEnforced, hold, now: clock() });
  };
  const { activate, alreadyActive } = await decide(before);
  if (activate.length === 0) {
    // An earlier attempt may have activated them without hearing the answer. The trail still needs the line
    // that says what came of it.
    const left = await leftAsItIs(ports, input, before, { alreadyActive, remains: 'cut' });
    demandNotRetracted(input.plan, before, retracted);
    return left;
  }

  demandNotRetracted(input.plan, before, retracted);
  await demandOwnWayStays(certificates, scope, { listed: before, activate, now: clock() });
  // Another rotation may have taken over: its soaks are not ours to forget.
  await leases.demand(claimOf(input));
  await journal.forgetSoaks(interruptedSoaks(soaks, input.plan, before, activate));
  // A run that resumes this one can no longer see who was outside before the activation (I11).
  const { outside = [] } = input.begin?.beforehand ?? {};
  const intent = {
    ...{ activating: activate, before: activeIds(before) },
    ...(outside.length > 0 && { outside }),
  };
  await journal.record(entryOf(input, clock(), 'activating', intent, scope));
  const lookAgain = async () => decide(await certificates.list(scope));
  const refused = await toggleEach(ports, claimOf(input), 'activate', scope, activate, lookAgain, () =>
    demandTrusted(ports, scope, activate, keysIn(input.plan)),
  );
  await sayNotTaken(ports, input, { event: 'activating', intent, refused });
  const after = await certificates.list(scope);
  const activated = activate.filter((id) => !refused.has(id));
  believeToggle(scope, after, { anchorIds: activated, active: true });
  const [was, is] = [activeIds(before), activeIds(after)];
  const detail = { activated, alreadyActive, before: was, after: is };
  await journal.record(entryOf(input, clock(), 'activated', detail, scope));
  const refusals = refusalsOf(refused);
  // With no successor active there is nothing to prove.
  if (activated.length + alreadyActive.length === 0) demandTaken(refusals);
  return { scope, activated, alreadyActive, remains: 'cut', ...(refusals.length > 0 && { refusals }) };
}

/**
 * Throws `UnreadableAnswer` for an active anchor that the plan never looked at: it may have a compromised key
 * itself (I9, I15). The next run lists every project.
 */
function demandKnown(
  { scope, ownListing, uploads = [] }: Reads['plan'],
  listing: readonly ListedAnchor[],
): void {
  const unknown = ownListing ? activeIds(listing).filter((id) => !uploads.includes(id)) : [];
  if (unknown.length > 0)
    throw new WindlassError(
      'UnreadableAnswer',
      `${scope} lists ${firstFew(unknown, 5).join(', ')} as active, which the organization did not list when this was planned: nothing was changed there, and the next run looks at every project`,
    );
}

/** Whether an anchor that the plan retires is active here. */
const retiresAny = ({ successions }: Reads['plan'], listing: readonly ListedAnchor[]): boolean => {
  const active = new Set(activeIds(listing));
  return successions.some(({ retiring }) => active.has(retiring));
};

/**
 * Handles a scope in which nothing that was to be cut is active. This counts as a cut, and is said to the
 * scopes that judge the old leaves of this project's clients. If the organization was cut before this was
 * said, it has left those old leaves to this scope to confirm (I10).
 */
async function nothingToCut(
  ports: Ports,
  input: Reads,
  before: readonly ListedAnchor[],
): Promise<Activation> {
  demandNobodyOutside(input.plan);
  const { verdicts } = ports;
  await verdicts.sayCut(input.execution, input.plan.scope, { already: true });
  const isOrganizationCut = (await verdicts.cutAmong(input.execution, [ORGANIZATION])).has(ORGANIZATION);
  const remains = isOrganizationCut ? 'confirmation' : 'nothing';
  return leftAsItIs(ports, input, before, { alreadyActive: [], remains });
}

/** Records in the trail what was found when nothing had to be activated. */
async function leftAsItIs(
  { journal, clock }: Ports,
  input: Reads,
  before: readonly ListedAnchor[],
  said: Pick<Activation, 'alreadyActive' | 'remains'>,
): Promise<Activation> {
  const { scope } = input.plan;
  const seen = activeIds(before);
  const found = { activated: [], ...said };
  await journal.record(entryOf(input, clock(), 'activated', { ...found, before: seen, after: seen }, scope));
  return { scope, ...found };
}

/** Returns the digests of the successors' keys that Plan has read, by anchor id. */
const keysIn = ({ successions }: Reads['plan']): Map<string, string> =>
  new Map(
    successions.flatMap(({ successor, successorKey }) => (successorKey ? [[successor, successorKey]] : [])),
  );

export const handler = step(
  'activate',
  {
    reads: scopeDocumentSchema.pick({ execution: true, plan: true, lease: true, begin: true }),
    writes: activationSchema,
    ports: () => ({ ...togglePortsFromEnvironment(), verdicts: verdictsFromEnvironment() }),
  },
  activate,
);

import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { configuredFromEnvironment } from './adapters/environment.ts';
import { sayNotTaken } from './adapters/openai/not-taken.ts';
import { demandOwnWayIn } from './adapters/openai/own-way-in.ts';
import { retractedSince } from './adapters/openai/retracted-since.ts';
import { type TogglePorts, togglePortsFromEnvironment } from './adapters/openai/toggle.ts';
import { toggleEach } from './adapters/openai/toggle-each.ts';
import { waitingIn } from './adapters/table/judged-elsewhere.ts';
import { namedByNow, namedMeanwhile } from './adapters/table/named.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { activeIds, type ListedAnchor, otherScope } from './domain/anchor.ts';
import { heldForMisplaced } from './domain/blocked/misplaced.ts';
import { expiredAmong } from './domain/cut/arrival.ts';
import {
  believeToggle,
  decideDeactivation,
  demandConfigured,
  demandStanding,
  reactivatedIn,
} from './domain/cut/guards.ts';
import { demandOtherWay, staysIn } from './domain/cut/other-way.ts';
import { demandTaken, refusalsOf } from './domain/cut/refusals.ts';
import { withoutLeaving } from './domain/cut/unconfirmed.ts';
import {
  type Deactivation,
  deactivationSchema,
  type ScopeDocument,
  scopeDocumentSchema,
} from './domain/document.ts';
import { WindlassError } from './domain/errors.ts';
import { instant } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { soaksOf } from './domain/succession/resume.ts';
import { step } from './step.ts';

type Reads = Pick<ScopeDocument, 'execution' | 'plan' | 'lease' | 'verification'>;

/** `configured` is how the clients are configured by now, where anybody says. */
type Ports = TogglePorts & { manifests: Manifests; verdicts: Verdicts; configured?: string | undefined };

/**
 * Cuts the retiring anchors of one scope, whose successors a fresh listing shows active there now (I1, I2, I7), and says so to
 * whoever judges a client's old leaf in another scope. One that the API does not take, that waits for a project, or that a person says is not compromised after
 * all, keeps no other active (I16, I17): throws where no other is cut.
 */
export async function deactivate(ports: Ports, handed: Reads): Promise<Deactivation> {
  const input = { ...handed, plan: await ports.manifests.share(handed.plan) };
  const { detail, ...cut } = await cutHere(ports, input);
  const told = entryOf(input, ports.clock(), 'deactivated', detail, input.plan.scope);
  const left = cut.refusals?.map(({ anchor }) => anchor);
  await Promise.all([
    ports.verdicts.sayCut(input.execution, cut.scope, left && { left }),
    ports.journal.record(told),
  ]);
  return cut;
}

/** What was cut, and what the trail is to say of it. */
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
  // Another rotation may have taken over: we may not add to what it remembers, nor go past a cut that it has made.
  const [compromised, misplaced] = await Promise.all([
    journal.compromised(),
    ports.verdicts.misplacedIn(input.execution),
    leases.demand(claimOf(input)),
  ]);
  // An earlier attempt may have made a cut without hearing the answer: the trail has to say what became of it.
  const endsAs = (deactivated: string[], left: Map<string, WindlassError>, after: ListedAnchor[]) => {
    const refusals = refusalsOf(new Map([...left, ...gone]));
    // Where nothing is cut there is nothing to confirm; what an earlier attempt has cut is not put back for a neighbour (I16, I17).
    if (deactivated.length + alreadyInactive.length === 0) demandTaken(refusals);
    const [was, is] = [activeIds(before), activeIds(after)];
    const detail = { deactivated, alreadyInactive, before: was, after: is };
    const expired = expiredAmong(deactivated, before, clock());
    const ended = { ...(expired.length > 0 && { expired }), ...(refusals.length > 0 && { refusals }) };
    return { scope, deactivated, alreadyInactive, ...ended, detail };
  };
  if (standing.length === 0) return endsAs([], new Map(), before);

  demandConfigured(input.plan, ports.configured);
  const known = { certificates, clock, journal: { compromised: async () => compromised } };
  const again = reactivatedIn(input.plan, before);
  const pairs = planned.filter(({ retiring }) => again.has(retiring));
  if (again.size > 0) await journal.forgetSoaks(soaksOf(pairs, await journal.soaks()));
  const ofProjects = await waitingIn(ports.verdicts, {
    ...input,
    plan: { ...input.plan, successions: planned },
  });
  // Whose key is of another project may run on what is cut here, and a look of its own project has said so (I1).
  const waiting = [...ofProjects, ...heldForMisplaced(misplaced, { scope, successions: planned })];
  const retracted = new Map([...(await retractedSince(known, scope, planned)), ...waiting, ...again]);
  const cuts = planned.filter(({ retiring }) => !retracted.has(retiring));
  const deactivate = standing.filter((id) => !retracted.has(id));
  if (deactivate.length === 0) return endsAs([], retracted, before);
  const named = await namedByNow(known.journal, cuts);
  // Whoever is left with a successor that is compromised as well has nothing to go on to (I15).
  for (const successor of named) throw namedMeanwhile(successor, `nothing was cut for it in ${scope}`);
  await demandOtherWays(ports, input, before);
  await demandOwnWayIn(certificates, scope, { listed: before, cut: deactivate, now: clock() });
  const { outside: passed = [], unknown = [] } = input.verification ?? {};
  const outside = passed.filter((client) => !unknown.includes(client));
  // Written down before it happens: whatever stops us after the first cut, the next run knows what is unconfirmed (I11).
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
    await demandOtherWays(ports, input, listing);
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

/**
 * A client that keeps its leaf must still have another way in, by fresh listings and by what a run that was taken over from may still cut
 * (I1). Few clients do, so few scopes are listed.
 */
async function demandOtherWays(
  { certificates, journal, clock }: Ports,
  { plan }: Reads,
  listed: readonly ListedAnchor[],
): Promise<void> {
  const { relies = [] } = plan;
  if (relies.length === 0) return;
  const cuts = await journal.cuts();
  const here = withoutLeaving(plan.scope, listed, cuts, clock());
  const listings = new Map<string, ListedAnchor[]>();
  for (const relied of relies) {
    // Another scope is asked only where this one does not let the client in: one that cannot be listed stops nobody else (I17).
    if (staysIn(plan, relied, here, clock())) continue;
    const other = otherScope(plan.scope, relied.project);
    const elsewhere = listings.get(other) ?? (await certificates.list(other).catch(noneIfUnknown));
    listings.set(other, elsewhere);
    demandOtherWay(plan, relied, here, withoutLeaving(other, elsewhere, cuts, clock()), clock());
  }
}

/** A client's project may be misspelt: then nothing of it lets that client in. */
function noneIfUnknown(error: unknown): ListedAnchor[] {
  if (error instanceof WindlassError && error.name === 'UnknownProject') return [];
  throw error;
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

import { type Certificates, certificatesFromEnvironment } from './adapters/certificates.ts';
import { isEnforcedIn } from './adapters/enforcement.ts';
import { type Journal, journalFromEnvironment } from './adapters/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/lease.ts';
import { toggle } from './adapters/toggle.ts';
import { type Clock, systemClock } from './clock.ts';
import { activeIds, type ListedAnchor, ORGANIZATION } from './domain/anchor.ts';
import { claimOf, entryOf } from './domain/audit.ts';
import {
  haltSchema,
  type ScopeDocument,
  scopeDocumentSchema,
  type Undo,
  undoSchema,
} from './domain/document.ts';
import { believeToggle } from './domain/guards.ts';
import type { CutMemory } from './domain/journal.ts';
import { isOnItsWay } from './domain/unconfirmed.ts';
import { decideUndo, describeUndo, type UndoDecision } from './domain/undo.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema
  .pick({ execution: true, plan: true, lease: true })
  .extend({ halt: haltSchema });

type Ports = { certificates: Certificates; leases: Leases; journal: Journal; clock: Clock };
type Reads = Pick<ScopeDocument, 'execution' | 'plan' | 'lease'> & { halt: { Error: string; Cause: string } };

/** Takes back our own cuts in one scope after they could not be confirmed, unless they must stand (I10). */
export async function undo(ports: Ports, input: Reads): Promise<Undo> {
  const { certificates, journal, clock } = ports;
  const { scope } = input.plan;
  const cuts = await cutsIn(scope, journal);
  const anyCut = cuts.length > 0;
  const before = anyCut ? await certificates.list(scope) : [];
  const existing = await existingAmong(cuts, scope, before, certificates);
  const isEnforced = !anyCut || (await isEnforcedIn(scope, before, certificates));
  const facts = { listing: before, existing, isEnforced, now: clock() };
  const decision = decideUndo(scope, input.halt.Error, cuts, facts);
  const reactivated = [...decision.standing, ...decision.reactivate];
  if (reactivated.length > 0) await putBack(ports, input, { ...decision, cuts }, before);
  const { left } = decision;
  return { scope, anyCut, reactivated, left, summary: describeUndo(scope, reactivated, left) };
}

/** Our unconfirmed cuts in a scope; an anchor may have been named as compromised only after it was cut. */
async function cutsIn(scope: string, journal: Journal): Promise<CutMemory[]> {
  const cuts = (await journal.cuts()).filter((cut) => cut.scope === scope);
  const named = new Set(cuts.length > 0 ? await journal.compromised() : []);
  return cuts.map((cut) => ({ ...cut, compromised: cut.compromised || named.has(cut.retiring) }));
}

/** A project may list only what is active there: whether the others exist, the organization knows. */
async function existingAmong(
  cuts: readonly CutMemory[],
  scope: string,
  before: readonly ListedAnchor[],
  certificates: Certificates,
): Promise<readonly ListedAnchor[]> {
  const listed = new Set(before.map(({ anchorId }) => anchorId));
  if (scope === ORGANIZATION || cuts.every(({ retiring }) => listed.has(retiring))) return before;
  return [...before, ...(await certificates.list(ORGANIZATION))];
}

async function putBack(
  ports: Ports,
  input: Reads,
  { reactivate, standing, cuts }: UndoDecision & { cuts: readonly CutMemory[] },
  before: readonly ListedAnchor[],
): Promise<void> {
  const { certificates, leases, journal, clock } = ports;
  const { scope, successions } = input.plan;
  // What a rotation remembers that has taken over is not ours to forget.
  await leases.demand(claimOf(input));
  // An interrupted overlap has to soak anew.
  await journal.forgetSoaks(successions.filter(({ retiring }) => reactivate.includes(retiring)));
  const intent = { reactivating: reactivate, before: activeIds(before) };
  await journal.record(entryOf(input, clock(), 'undoing', intent, scope));
  await toggle(ports, claimOf(input), 'activate', scope, reactivate);
  const after = await certificates.list(scope);
  believeToggle(scope, after, { anchorIds: reactivate, active: true });
  // What is active is a cut no longer, unless its call is still on its way: then the next run looks again.
  const back = [...standing, ...reactivate];
  const landed = cuts.filter((cut) => back.includes(cut.retiring) && !isOnItsWay(cut, clock()));
  await journal.forgetCuts(landed);
  const [was, is] = [activeIds(before), activeIds(after)];
  const detail = { reactivated: reactivate, standing, error: input.halt.Error, before: was, after: is };
  await journal.record(entryOf(input, clock(), 'undone', detail, scope));
}

export const handler = step(
  'undo',
  {
    reads,
    writes: undoSchema,
    ports: () => ({
      certificates: certificatesFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      clock: systemClock,
    }),
  },
  undo,
);

import pMap from 'p-map';
import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import type { Certificates } from './adapters/openai/certificates.ts';
import { compromisedByNow } from './adapters/openai/demand-trusted.ts';
import { isEnforcedIn } from './adapters/openai/enforcement.ts';
import { listUnlessArchived } from './adapters/openai/list-unless-archived.ts';
import { isUnreadable } from './adapters/openai/read-certificates.ts';
import { type TogglePorts, togglePortsFromEnvironment } from './adapters/openai/toggle.ts';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { putBack } from './adapters/undo/put-back.ts';
import { takeBack } from './adapters/undo/take-back.ts';
import { takeBackEverywhere } from './adapters/undo/take-back-everywhere.ts';
import { type ListedAnchor, ORGANIZATION } from './domain/anchor.ts';
import { concernedBy, decideUndo, describeUndo } from './domain/cut/undo.ts';
import {
  documentSchema,
  haltSchema,
  type ScopeDocument,
  scopeDocumentSchema,
  type TakenBack,
  takenBackSchema,
  type Undo,
  undoSchema,
} from './domain/document.ts';
import type { CutMemory } from './domain/memory/journal.ts';
import { step } from './step.ts';

const ofScope = scopeDocumentSchema
  .pick({
    ...{ execution: true, plan: true, lease: true, clients: true },
    ...{ begin: true, activation: true, verification: true, promotion: true, deactivation: true },
  })
  .extend({ halt: haltSchema, everywhere: z.undefined().optional() });
const ofRun = documentSchema
  .pick({ execution: true, plan: true })
  .extend({ halt: haltSchema, everywhere: z.literal(true) });

type Ports = TogglePorts & { secrets: Secrets; manifests: Manifests; verdicts: Verdicts };
type Reads = Pick<
  ScopeDocument,
  | ('execution' | 'plan' | 'lease' | 'clients')
  | ('begin' | 'activation' | 'verification' | 'promotion' | 'deactivation')
> & { halt: { Error: string; Cause: string }; everywhere?: undefined };
type OfRun = z.infer<typeof ofRun>;

/**
 * Undoes what was done in one scope that has halted. With `everywhere`, takes successors back in all scopes
 * of a halted overlap that let a witness in.
 */
export function undo(ports: Ports, input: Reads): Promise<Undo>;
export function undo(ports: Ports, input: OfRun): Promise<TakenBack>;
export function undo(ports: Ports, input: Reads | OfRun): Promise<Undo | TakenBack>;
export async function undo(ports: Ports, input: Reads | OfRun): Promise<Undo | TakenBack> {
  return input.everywhere ? takeBackEverywhere(ports, input) : undoScope(ports, input);
}

/**
 * Undoes in one scope what could not be confirmed. It puts back our own cuts that concern this plan, unless
 * they must stand (I4, I5, I10). If a witness got in, it deactivates the successors that we activated there
 * (F16).
 */
async function undoScope(ports: Ports, input: Reads): Promise<Undo> {
  const { certificates, hold, clock } = ports;
  const { scope } = input.plan;
  const [remembered, soaks] = await Promise.all([ports.journal.cuts(), ports.journal.soaks()]);
  const here = remembered.filter((cut) => cut.scope === scope);
  const cuts = await asKnownByNow(concernedBy(input.plan, here), ports);
  const anyCut = cuts.length > 0;
  const before = anyCut ? await listUnlessArchived(certificates, scope) : [];
  if (before === null) return ofArchived(scope, cuts);
  const existing = await existingAmong(cuts, scope, before, certificates);
  const isEnforced = !anyCut || (await isEnforcedIn(scope, before, certificates));
  const facts = { listing: before, existing, isEnforced, hold, now: clock() };
  const decision = decideUndo(scope, input.halt.Error, cuts, facts);
  const reactivated = [...decision.standing, ...decision.reactivate];
  if (reactivated.length > 0) await putBack(ports, input, { ...decision, cuts, soaks }, before);
  const left = decision.left.map(({ anchorId }) => anchorId);
  const { takenBack, also } = await takeBack(ports, input, { soaks, cuts: here });
  const summary = describeUndo(scope, decision) + also;
  const anyBack = reactivated.length > 0;
  return {
    ...{ scope, anyCut, anyBack, reactivated, left },
    ...(takenBack.length > 0 && { takenBack }),
    ...(input.verification?.outside && { outside: input.verification.outside }),
    ...{ summary, also },
  };
}

/**
 * Returns an undo that changes nothing, for a project that is archived by now. Its halt then keeps no other
 * scope from its cut (rule 4). Its cuts stay remembered until the project is listed again (I9).
 */
function ofArchived(scope: string, cuts: readonly CutMemory[]): Undo {
  const left = cuts.map(({ retiring }) => retiring);
  const told = `${scope} is archived by now, so that nothing was put back there, nor can anybody call it: ${left.join(', ')} left as it is`;
  const nothing = { anyCut: false, anyBack: false, reactivated: [] };
  return { scope, ...nothing, left, summary: `undo in ${scope}: ${told}`, also: `; ${told}` };
}

/**
 * Returns the unconfirmed cuts with their current `compromised` flag. An anchor, or another anchor with its
 * key, may have been named only after the cut: then it is never put back, whatever its id (I15). A person may
 * also have taken a compromise back since: then the cut may be undone, because clients may be outside (I10).
 */
async function asKnownByNow(cuts: readonly CutMemory[], ports: TogglePorts): Promise<CutMemory[]> {
  if (cuts.length === 0) return [];
  const isCompromised = await compromisedByNow(ports);
  return pMap(cuts, async (cut) => ({
    ...cut,
    compromised: await isCompromised(cut.retiring).catch((error) => {
      // If the key cannot be read, the flag from the time of the cut counts: clients may be outside (I9,
      // I10).
      if (cut.compromised || isUnreadable(error)) return cut.compromised;
      throw error;
    }),
  }));
}

/**
 * A project may list only the anchors that are active there. The organization's list tells whether the others
 * still exist.
 */
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

export const handler = step(
  'undo',
  {
    reads: z.discriminatedUnion('everywhere', [ofScope, ofRun]),
    writes: z.union([undoSchema, takenBackSchema]),
    ports: () => ({
      ...togglePortsFromEnvironment(),
      secrets: secretsFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
    }),
  },
  undo,
);

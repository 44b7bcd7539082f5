import { activeIds, isValidAt, ORGANIZATION } from '../../domain/anchor.ts';
import { atFault } from '../../domain/cut/at-fault.ts';
import { believeToggle } from '../../domain/cut/guards.ts';
import { passingOver } from '../../domain/cut/outside-beforehand.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import { instant } from '../../domain/instant.ts';
import { claimOf, entryOf } from '../../domain/memory/audit.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import { decideTakingBack, describeTakingBack } from '../../domain/witnesses/taking-back.ts';
import type { Manifests } from '../aws/manifests.ts';
import { ownWaysLost } from '../openai/own-way-in.ts';
import { type TogglePorts, toggle } from '../openai/toggle.ts';
import { dependedOn } from '../secrets/depended-on.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { activatedBefore } from './activated-before.ts';
import { begunIn, elsewhereIn } from './begun-in.ts';
import { outsideKnown } from './outside-known.ts';
import { shadowing } from './shadowing.ts';

type Ports = TogglePorts & { secrets: Secrets; manifests: Manifests; verdicts: Pick<Verdicts, 'provenIn'> };
type Halted = Pick<
  ScopeDocument,
  | ('execution' | 'plan' | 'lease' | 'clients')
  | ('begin' | 'activation' | 'verification' | 'promotion' | 'deactivation')
> & { halt: { Error: string } };

/**
 * Deactivates the successors again that this run has activated in a scope, or an earlier one that ended before it could, while something
 * else lets the clients in (F16, I2): where a witness got in and nobody has come to depend on them, before anybody was promoted or a soak began; and at any
 * time where whoever leads to it leads to something else as well, be it that clients are refused, or that a witness got in after the
 * cut. `soaked` are pairs that have soaked or been cut here by an earlier run: somebody may run on their successors whom nobody here knows.
 * Safe to run twice.
 */
export async function takeBack(
  ports: Ports,
  handed: Halted,
  soaked: readonly { successor: string }[],
): Promise<{ takenBack: string[]; also: string }> {
  const { certificates, journal, hold, clock } = ports;
  const { halt, activation, promotion, deactivation } = handed;
  // A filter's doing, or the token host's, which does not say why (F17).
  const isRefused = halt.Error === 'SuccessorRefused';
  // Before the cut, what is to be cut may have kept the witness out.
  const isSeenAfterCut = halt.Error === 'TrustWidened' && deactivation !== undefined;
  const isShadow = isRefused || isSeenAfterCut;
  // Where clients have been promoted, or a soak is over, somebody may run on it whom nobody here knows.
  const isWidened = halt.Error === 'TrustWidened' && activation && !promotion;
  if (!isShadow && !isWidened) return { takenBack: [], also: '' };
  const input = { ...handed, plan: await ports.manifests.share(handed.plan) };
  const { scope } = input.plan;
  const lines = await journal.ofExecution(input.execution);
  const begun = (event: string, key: string) => begunIn(lines, { scope, event, key });
  // It writes down what it is about to do before it does it.
  const own = new Set([...(activation?.activated ?? []), ...begun('activating', 'activating')]);
  const fault = await faultIn(ports, input);
  const activated = [...own, ...(await activatedBefore(ports, input.plan, own))].filter(
    (id) => fault === null || fault.has(id),
  );
  const first = isRefused ? askedFirst(input.plan, activated) : [];
  const about = { now: clock(), known: first };
  const shadows = isShadow ? await shadowing(certificates, input.plan, activated, about) : [];
  const ours = isShadow ? [...new Set([...shadows, ...first])] : withWitness(input.plan, activated);
  if (ours.length === 0) return { takenBack: [], also: '' };
  const reliedOn = async (ids: Parameters<typeof dependedOn>[2]) => {
    const everybody = input.clients ? await ports.manifests.clients(input.clients) : [];
    const depended = await dependedOn(ports, { plan: input.plan, everybody }, ids);
    // Whom nobody here knows goes before nobody: a client that we do know is outside.
    if (isShadow) return new Set([...depended].filter((id) => !shadows.includes(id)));
    return new Set([...depended, ...soaked.map(({ successor }) => successor)]);
  };
  const before = await certificates.list(scope);
  const facts = async () => {
    const listing = await certificates.list(scope);
    const inherited = scope === ORGANIZATION ? [] : await certificates.list(ORGANIZATION);
    const now = clock();
    const usable = [...listing, ...inherited].filter((one) => one.active && isValidAt(one, now));
    const others = usable.map(({ anchorId }) => anchorId).filter((id) => !ours.includes(id));
    const isFree = ours.every((id) => shadows.includes(id));
    const depended = isFree ? new Set<string>() : await reliedOn({ ours, others });
    // Somebody may have put a certificate of it into the admin secret: without a way in nothing else can be undone (F10).
    const ownWays = await ownWaysLost(certificates, scope, { listed: listing, cut: ours, now });
    return decideTakingBack({ ours, depended, ownWays, listing, inherited, hold, now });
  };
  const { takeBack: found, left } = await facts();
  const told = (ids: readonly string[]) => ({
    takenBack: [...ids],
    // A filter is the anchor's, in whichever scope it was seen; there nobody has looked.
    also: describeTakingBack(scope, ids, left, isRefused ? [] : elsewhereIn(lines, scope, ours)),
  });
  // An earlier attempt may have done it without hearing the answer; whatever else is inactive somebody else has deactivated.
  const tried = begun('undoing', 'takingBack');
  const gone = ours.filter((id) => tried.includes(id) && !activeIds(before).includes(id));
  const tell = (ids: readonly string[], after: readonly string[]) => {
    const detail = { takenBack: ids, error: halt.Error, before: activeIds(before), after };
    return journal.record(entryOf(input, clock(), 'undone', detail, scope));
  };
  if (found.length === 0) {
    await markTakenBack(ports, input, gone);
    if (gone.length > 0) await tell(gone, activeIds(before));
    return told(gone);
  }
  await journal.record(
    entryOf(input, clock(), 'undoing', { takingBack: found, before: activeIds(before) }, scope),
  );
  await toggle(ports, claimOf(input), 'deactivate', scope, found, facts);
  const after = await certificates.list(scope);
  believeToggle(scope, after, { anchorIds: found, active: false });
  await markTakenBack(ports, input, [...gone, ...found]);
  await tell(found, activeIds(after));
  return told([...gone, ...found]);
}

/** The successors at fault, where an overlap has halted; of a look before or after the cut nobody has left that word. */
async function faultIn(ports: Ports, halted: Halted): Promise<ReadonlySet<string> | null> {
  const { execution, activation, verification, halt } = halted;
  // Where it was looked at shard by shard, that is there as well, and says that one has halted.
  if (!activation || (verification && !verification.anyHalted)) return null;
  const { plan } = passingOver(halted.plan, await outsideKnown(ports, halted));
  const parts = await ports.verdicts.provenIn({ execution, phase: 'overlap', scope: plan.scope });
  return atFault(plan, parts, halt.Error);
}

/**
 * Marks the successions of a scope whose successors are seen to be inactive again: where this ends before it, the next run tries
 * once more, and takes them back. What is compromised goes on: it waits for no filter (I16).
 */
async function markTakenBack(ports: Ports, input: Halted, inactive: readonly string[]): Promise<void> {
  const takenBackAt = instant(ports.clock());
  const marked = input.plan.successions
    .filter(({ successor, compromised }) => inactive.includes(successor) && !compromised)
    .map(({ retiring, successor }) => ({
      ...{ retiring, successor, begunAt: input.execution.startedAt, takenBackAt },
    }));
  if (marked.length === 0) return;
  await ports.leases.demand(claimOf(input));
  await ports.journal.rememberBegun(marked);
}

/** Those of ours that hosts may ask before what let clients in until then: one of these turns them away though nothing is cut (F7). */
const askedFirst = ({ successions }: ScopePlan, ids: readonly string[]): string[] =>
  ids.filter((id) => successions.some((one) => one.successor === id && one.askedFirst));

const withWitness = ({ witnesses = [] }: ScopePlan, ids: readonly string[]): string[] =>
  ids.filter((id) => witnesses.some(({ successor }) => successor === id));

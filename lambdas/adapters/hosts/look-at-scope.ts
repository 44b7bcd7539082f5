import type { ListedClient } from '../../domain/client.ts';
import type { Refusal } from '../../domain/cut/refusals.ts';
import { isInShard } from '../../domain/cut/shards.ts';
import { isUrgent } from '../../domain/cut/urgent.ts';
import { isOneOf, lockoutErrors } from '../../domain/errors.ts';
import { inTime } from '../../domain/next-run/time-left.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { Shard } from '../../domain/plan-document/shard.ts';
import { aroundTheCut } from '../../domain/planning/reach.ts';
import { runningAt } from '../../domain/planning/running-leaves.ts';
import { gravestAtTheCut } from '../../domain/witnesses/gravest-at-the-cut.ts';
import type { KeptBefore } from '../../domain/witnesses/looked-at-again.ts';
import {
  keptLeaf,
  leafAroundTheCut,
  leafToProve,
  leavesAfterUndo,
  retiringLeaf,
  stillRunning,
} from '../secrets/held-leaf.ts';
import { demandNoStragglers } from '../secrets/stragglers.ts';
import { witnessLeaf } from '../secrets/witness-leaf.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { type Accepted, demandAll } from './every-trial.ts';
import { lookInOverlap } from './in-the-overlap/look-in-overlap.ts';
import { type Keeping, type KeptOut, proveKeptOut } from './keep-out.ts';
import { askBeforeCut, askWhoseKeys } from './misplaced/ask-whose-keys.ts';
import { tellingMisplaced } from './misplaced/own-project.ts';
import { enforcedIn, type Held, lookAtAll, type Proof } from './prove.ts';
import type { ProvingPorts } from './proving.ts';

type Ports = Omit<ProvingPorts, 'leases' | 'journal'> & { verdicts: Verdicts };

/** When a scope is looked at: while both anchors are active, right before its cut, or after an undo. */
type Moment = 'overlap' | 'beforeCut' | 'afterUndo';

/**
 * Looks at all clients of a scope, and at its witnesses. Without hosts it only reads what clients hold.
 * Before a cut it also makes sure that no other client runs on what is cut; `everybody` returns the
 * configured clients. Throws the gravest failure.
 */
export async function lookAtScope(
  ports: Ports,
  {
    execution,
    moment,
    plan: planned,
    shard,
    refusals,
    isSecond,
    everybody,
  }: {
    execution: { id: string; startedAt: string };
    moment: Moment;
    plan: ScopePlan;
    shard: Shard | undefined;
    /** Successors that the API did not activate: no client can get in by them. */
    refusals: readonly Refusal[];
    /** Whether this is the second look: hosts have had minutes to hear of the toggle since the first. */
    isSecond: boolean;
    everybody: () => Promise<readonly ListedClient[]>;
  },
): Promise<[Accepted, KeptOut, keptBefore?: KeptBefore]> {
  const { secrets, probe, exchange, hosts } = ports;
  const plan = moment === 'beforeCut' ? aroundTheCut(planned) : planned;
  const { scope } = plan;
  const refused = new Set(refusals.map(({ anchor }) => anchor));
  const isActive = ({ successor }: ClientCheck): boolean => !refused.has(successor);
  const running = runningAt(moment === 'overlap' ? 'overlap' : 'cut', plan).filter(isActive);
  // Before the cut, `beforeCut` looks at the running leaves apart from these. At other moments each of them
  // has to get in.
  const checks = [...plan.checks.filter(isActive), ...(moment === 'beforeCut' ? [] : running)];
  const witnesses = (plan.witnesses ?? []).filter(isActive);
  const heldBy = async (check: ClientCheck): Promise<Held | null> => {
    if (running.includes(check))
      return moment === 'overlap' ? stillRunning(secrets, check) : keptLeaf(secrets, check);
    if (moment === 'afterUndo') return leavesAfterUndo(secrets, check, plan);
    const credential =
      moment === 'overlap'
        ? await leafToProve(secrets, check, ['AWSPENDING', 'AWSCURRENT'], plan)
        : await leafAroundTheCut(secrets, check, plan);
    const former = () => retiringLeaf(secrets, check);
    const inUse = moment === 'overlap' ? () => secrets.read(check.secret, 'AWSCURRENT') : former;
    return credential && { credential, former, inUse };
  };
  const tell = tellingMisplaced(ports.verdicts, execution, plan, { isMoved: moment === 'beforeCut' });
  const proof = { probe, exchange, hosts, scope, checks, heldBy, tell };
  const keeping: Omit<Keeping, 'enforcedBeside'> = {
    ...{ probe, hosts, scope, isUrgent: isUrgent(plan), isBeforeCut: true },
    witnesses: moment === 'afterUndo' || hosts.length === 0 ? [] : witnesses,
    heldBy: (check) => witnessLeaf(secrets, check, plan),
  };
  if (moment === 'overlap') {
    const asking = askWhoseKeys(ports, execution, plan);
    const looking = lookInOverlap(ports, { execution, plan, shard, refusals, proof, keeping, isSecond });
    // If `asking` fails, the step is tried again. That failure must not hide what the look has seen.
    const [seen, told] = await Promise.allSettled([looking, asking]);
    if (seen.status === 'rejected') throw seen.reason;
    if (told.status === 'rejected') throw told.reason;
    const silent = [...told.value, ...seen.value[0].excused.map(({ client }) => client)];
    if (silent.length > 0 && hosts.length > 0 && !isUrgent(plan))
      await ports.verdicts.leaveSilent({ execution, scope }, shard ?? { at: 0 }, silent);
    return seen.value;
  }
  const left = async () => {
    const here = (await everybody()).filter(({ name }) => isInShard(name, shard));
    await demandNoStragglers(secrets, plan, here);
  };
  const looking = lookAtAll(proof);
  const seeing = together(
    moment === 'beforeCut' ? left() : Promise.resolve(),
    moment === 'beforeCut' ? askBeforeCut(ports, execution, { plan, shard, everybody }) : Promise.resolve(),
    moment === 'beforeCut' ? beforeCut({ ...proof, checks: running }, plan) : Promise.resolve(undefined),
    looking.then(demandAll),
    proveKeptOut({ ...keeping, enforcedBeside: enforcedIn(looking) }),
  );
  const [, , keptBefore, ...seen] = await seeing.catch((failure) => {
    // After an undo a client may be outside, so this look has no time limit.
    throw moment === 'afterUndo' ? failure : inTime(failure, plan, 'cut', ports.clock());
  });
  return [...seen, keptBefore];
}

/**
 * Returns what is known, right before a cut, of clients that keep their leaf and do not get in. `outside` are
 * those that hosts turn away: a later refusal is then not the fault of the cut (I17). `unknown` are the
 * others. A client that was outside before the activation counts as outside until something lets it in, even
 * if it says nothing. If an earlier run already made the cut, a refused client is only `unknown`: that cut
 * may be what turns it away.
 */
async function beforeCut(proof: Proof, { successions }: ScopePlan): Promise<KeptBefore> {
  if (proof.checks.length === 0) return { outside: [], unknown: [] };
  const { failures } = await lookAtAll(proof);
  const namesOf = (some: typeof failures): Set<string> => new Set(some.map(({ client }) => client));
  const isCutBefore = ({ successor }: ClientCheck): boolean =>
    successions.some((one) => one.successor === successor && one.cutBefore === true);
  const refused = namesOf(
    failures.filter(({ check, error }) => !isCutBefore(check) && isOneOf(error, lockoutErrors)),
  );
  const outside = [...refused, ...namesOf(failures.filter(({ check }) => check.inUse === true))];
  const unknown = [...namesOf(failures)].filter((client) => !refused.has(client));
  return { outside: [...new Set(outside)], unknown };
}

/** Waits for all looks, so that one failure does not hide what another look has seen. Throws the gravest. */
async function together<T extends unknown[]>(...looks: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const ended = await Promise.allSettled(looks);
  const failures = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (failures.length > 0) throw gravestAtTheCut(failures);
  return Promise.all(looks) as Promise<T>;
}

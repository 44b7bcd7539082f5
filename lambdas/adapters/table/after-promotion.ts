import type { Scope } from '../../domain/anchor.ts';
import type { ScopeVerdict } from '../../domain/document.ts';
import type { WindlassError } from '../../domain/errors.ts';
import { secondsOf } from '../../domain/instant.ts';
import { scopePlansOf } from '../../domain/manifest.ts';
import type { SoakMemory } from '../../domain/memory/journal.ts';
import { soakForRun, soakingToTheirCut } from '../../domain/memory/soak.ts';
import { MOST_LEFT, type Overlap, partlyProven, wholeSuccessions } from '../../domain/overlap/overlap.ts';
import type { Plan } from '../../domain/plan-document.ts';
import { isSamePair, soakOf, soaksOf } from '../../domain/succession/resume.ts';
import type { Journal } from './journal.ts';
import type { Verdicts } from './verdicts.ts';

/** `unproven` are scopes that this run does not cut; `times` of the proofs and `now` in Unix seconds. */
type Proven = {
  overlap: Overlap;
  unproven: readonly Scope[];
  times: readonly number[];
  isStopped: boolean;
  now: number;
};

/**
 * Remembers the soaks that begin with this promotion, and returns when they end, in Unix seconds. What a client has kept from its cut has
 * been proven all the same: its own move, whenever it comes, begins another soak.
 */
export async function rememberSoaks(
  journal: Journal,
  plan: Plan,
  { overlap, unproven, times, isStopped, now }: Proven,
): Promise<number> {
  const whole = wholeSuccessions(plan, overlap);
  const provenAt = Math.max(...times);
  // An earlier attempt of a run that halts may have begun them, all or some: they are one soak, as if it had not.
  const isOwn = (soak: SoakMemory) => isStopped && secondsOf(soak.provenAt) === provenAt;
  const remembered = await journal.soaks();
  const known = remembered.filter((soak) => !isOwn(soak) && !isWithout(soak, plan, overlap));
  // What soaks in no run soaks from the first that has proven it whole: each day's halt would put it off, else.
  const begins = isStopped ? whole.filter((pair) => !soakOf(pair, known)) : plan.successions;
  // To hurry for what is not cut would only cost the others their soak (rule 5, I17).
  const waves = withoutScopes(plan.waves, new Set(unproven));
  // Where nothing was proven there is nothing to wait for: no scope is cut, and the run ends red by their names.
  const { until, memories } =
    times.length > 0
      ? soakForRun({ ...plan, waves, successions: begins }, provenAt, known, now)
      : { until: secondsOf(plan.plannedAt), memories: [] };
  // What is to be proven yet in some scope has not begun its soak there; what a halt says of today takes no earlier proof back.
  const others = plan.successions.filter((one) => !isStopped && !whole.includes(one));
  const partly = partlyProven({ ...plan, successions: others }, overlap).flatMap(({ except, ...pair }) => {
    const soak = soakOf(pair, [...memories, ...known]);
    const without = [...except, ...leftOutOf(pair, plan, remembered)];
    return soak && without.length <= MOST_LEFT ? [{ ...soak, except: without }] : [];
  });
  const lost = others.filter((one) => !soakOf(one, partly));
  await journal.forgetSoaks(soaksOf(lost, known));
  const wholly = soaksOf(whole, memories).map((soak) => {
    const except = leftOutOf(soak, plan, remembered);
    return except.length > 0 ? { ...soak, except } : soak;
  });
  await journal.rememberSoaks([...wholly, ...partly]);
  await forgetBegun(journal, whole);
  // Nor is there where all that soaks and may be cut has halted: an earlier attempt may have forgotten a soak that was served. Another would only hold up the
  // next run, and the cuts of earlier ones that this run is to confirm (I11).
  const isAnyCut = soakingToTheirCut({ ...plan, waves }).length > 0;
  return unproven.length > 0 && times.length > 0 && !isAnyCut ? provenAt : until;
}

const withoutScopes = (waves: Plan['waves'], left: ReadonlySet<Scope>): Plan['waves'] =>
  waves.map((wave) => ({ ...wave, scopes: wave.scopes.filter(({ scope }) => !left.has(scope)) }));

/** Whether a soak has left out a scope that is to be cut now: there it has not been served, and it is one soak for all (I18). */
const isWithout = ({ except = [], ...pair }: SoakMemory, plan: Plan, { halted }: Overlap): boolean =>
  scopePlansOf(plan).some(
    ({ scope, successions }) =>
      except.includes(scope) &&
      !halted.has(scope) &&
      successions.some((one) => !one.held && isSamePair(one, pair)),
  );

/**
 * The scopes that a plan leaves out as the soak of a pair did before, which this run may have forgotten by now. A plan of an older version does not say them: as far as its soak is
 * remembered that one does.
 */
function leftOutOf(
  pair: Pick<SoakMemory, 'retiring' | 'successor'>,
  plan: Plan,
  remembered: readonly SoakMemory[],
): Scope[] {
  if (plan.leftOut) return plan.leftOut.find((one) => isSamePair(one, pair))?.scopes ?? [];
  const { except = [] } = soakOf(pair, remembered) ?? {};
  const shares = scopePlansOf(plan).filter(({ successions }) =>
    successions.some((one) => isSamePair(one, pair)),
  );
  const planned = new Set(shares.map(({ scope }) => scope));
  return except.filter((scope) => !planned.has(scope));
}

/**
 * Forgets of what was proven whole that it was begun. That a successor was taken back stays: a cut of an earlier run that is only
 * confirmed says nothing of other scopes, and it may have been in a project that is away and comes back (F16).
 */
async function forgetBegun(journal: Journal, whole: Plan['successions']): Promise<void> {
  const begun = await journal.begun();
  const marked = begun.filter((one) => one.takenBackAt !== undefined || one.refused !== undefined);
  const isKept = (pair: Plan['successions'][number]) => marked.some((one) => isSamePair(one, pair));
  await journal.forgetBegun(whole.filter((pair) => !pair.resumed && !isKept(pair)));
}

/**
 * Begins anew what only waited for others (rule 3): it has not failed with them, and goes first once they have for days. `from` is when the
 * next run comes at the earliest (ISO 8601). What was taken back waits for a person (F16), and what was proven whole is not remembered as begun any more.
 */
export async function beginAnew(
  journal: Pick<Journal, 'begun' | 'rememberBegun'>,
  waited: Plan['successions'],
  from: string,
): Promise<void> {
  if (waited.length === 0) return;
  const begun = (await journal.begun()).filter((one) => waited.some((pair) => isSamePair(pair, one)));
  const standing = begun.filter((one) => one.takenBackAt === undefined);
  await journal.rememberBegun(standing.map((one) => ({ ...one, begunAt: from })));
}

type Holding = {
  visit: Parameters<Verdicts['leave']>[0];
  verdicts: readonly ScopeVerdict[];
  /** Scopes that must not be cut, each with a client that was not moved. */
  held: ReadonlyMap<string, string>;
  stayed: ReadonlyMap<string, WindlassError>;
};

/**
 * Leaves a verdict on each scope that a client holds, and on each that an earlier attempt has held for one that is moved by now. When it was proven, and without
 * whom, stays in either.
 */
export async function leaveHeld(
  { verdicts: table }: { verdicts: Verdicts },
  { visit, verdicts, held, stayed }: Holding,
): Promise<void> {
  const before = new Map(verdicts.map((one) => [one.scope, one]));
  for (const { held: _, ...one } of verdicts.filter((one) => one.held && !held.has(one.scope)))
    await table.leave(visit, { ...one, verdict: 'proven', error: '', cause: '' });
  for (const [scope, client] of held) {
    const { name: error, message: cause } = stayed.get(client) ?? {
      name: 'ClientOnRetiring',
      message: `client ${client} was not moved, since no scope that it reaches has proven its new leaf`,
    };
    await table.leave(visit, { ...before.get(scope), scope, verdict: 'halted', error, cause, held: true });
  }
}

import type { Scope } from '../../domain/anchor.ts';
import type { ScopeVerdict } from '../../domain/document.ts';
import type { WindlassError } from '../../domain/errors.ts';
import { secondsOf } from '../../domain/instant.ts';
import { scopePlansOf } from '../../domain/manifest.ts';
import type { SoakMemory } from '../../domain/memory/journal.ts';
import { soakForRun, soakingToTheirCut } from '../../domain/memory/soak.ts';
import { MOST_LEFT, type Overlap, partlyProven, wholeSuccessions } from '../../domain/overlap/overlap.ts';
import type { Plan } from '../../domain/plan-document/plan.ts';
import { isSamePair, soakOf, soaksOf } from '../../domain/succession/resume.ts';
import type { Journal } from './journal.ts';
import type { Verdicts } from './verdicts.ts';

/** `unproven` are the scopes that this run does not cut. `times` of the proofs and `now` in Unix seconds. */
type Proven = {
  overlap: Overlap;
  unproven: readonly Scope[];
  times: readonly number[];
  isStopped: boolean;
  now: number;
};

/**
 * Remembers the soaks that begin with this promotion, and returns when they end, in Unix seconds. A scope
 * whose cut waits for a client has been proven all the same, and soaks. When that client moves later, its
 * move begins another soak.
 */
export async function rememberSoaks(
  journal: Journal,
  plan: Plan,
  { overlap, unproven, times, isStopped, now }: Proven,
): Promise<number> {
  const whole = wholeSuccessions(plan, overlap);
  const provenAt = Math.max(...times);
  // An earlier attempt of a halting run may have stored some of these soaks. They do not count as known, so
  // that all of them begin as one soak.
  const isOwn = (soak: SoakMemory) => isStopped && secondsOf(soak.provenAt) === provenAt;
  const remembered = await journal.soaks();
  const known = remembered.filter((soak) => !isOwn(soak) && !isWithout(soak, plan, overlap));
  // Nothing soaks within a run that halts, so a pair soaks from the first such run that has proven it in all
  // scopes. Otherwise every day's halt would postpone the soak.
  const begins = isStopped ? whole.filter((pair) => !soakOf(pair, known)) : plan.successions;
  // Scopes that are not cut do not shorten the soak: that would only cost the others their soak (rule 5,
  // I17).
  const waves = withoutScopes(plan.waves, new Set(unproven));
  // With nothing proven there is nothing to wait for: no scope is cut, and the run ends red by the names of
  // the scopes.
  const { until, memories } =
    times.length > 0
      ? soakForRun({ ...plan, waves, successions: begins }, provenAt, known, now)
      : { until: secondsOf(plan.plannedAt), memories: [] };
  // A pair that is still unproven in some scope soaks only in its other scopes. A run that halts takes no
  // earlier proof back.
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
  // If every scope that soaks and could be cut has halted, there is nothing to wait for either. An earlier
  // attempt may have forgotten a soak that was served. A new soak would only delay the next run, and the cuts
  // of earlier runs that this run has to confirm (I11).
  const isAnyCut = soakingToTheirCut({ ...plan, waves }).length > 0;
  return unproven.length > 0 && times.length > 0 && !isAnyCut ? provenAt : until;
}

const withoutScopes = (waves: Plan['waves'], left: ReadonlySet<Scope>): Plan['waves'] =>
  waves.map((wave) => ({ ...wave, scopes: wave.scopes.filter(({ scope }) => !left.has(scope)) }));

/**
 * Whether a soak has left out a scope that is to be cut now. It has not been served there, and it is one soak
 * for all scopes (I18).
 */
const isWithout = ({ except = [], ...pair }: SoakMemory, plan: Plan, { halted }: Overlap): boolean =>
  scopePlansOf(plan).some(
    ({ scope, successions }) =>
      except.includes(scope) &&
      !halted.has(scope) &&
      successions.some((one) => !one.held && isSamePair(one, pair)),
  );

/**
 * Returns the scopes that a plan leaves out, as the pair's earlier soak did. That soak may be forgotten by
 * now. A plan of an older version does not say these scopes; then the remembered soak tells them, if there is
 * one.
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
 * Forgets the begun memories of pairs that were proven in all scopes. A memory with `takenBackAt` or
 * `refused` stays: the successor may have been taken back in a project that is away now and comes back (F16).
 * If this run only confirms an earlier cut of a pair, the pair's memory stays too, because that says nothing
 * of other scopes.
 */
async function forgetBegun(journal: Journal, whole: Plan['successions']): Promise<void> {
  const begun = await journal.begun();
  const marked = begun.filter((one) => one.takenBackAt !== undefined || one.refused !== undefined);
  const isKept = (pair: Plan['successions'][number]) => marked.some((one) => isSamePair(one, pair));
  await journal.forgetBegun(whole.filter((pair) => !pair.resumed && !isKept(pair)));
}

/**
 * Restarts the begun memories of pairs that only waited for others (rule 3): they have not failed with the
 * others, and go first once the others have failed for days. `from` is when the next run comes at the
 * earliest (ISO 8601). A pair that was taken back waits for a person (F16), and keeps its memory. A pair that
 * was proven in all scopes has none any more.
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
 * Stores a verdict for each scope that a client holds. Releases each scope that an earlier attempt held for a
 * client that is moved by now. Either verdict keeps when the scope was proven, and without which clients.
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

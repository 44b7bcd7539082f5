import { type ErrorName, silentErrors, WindlassError } from '../errors.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/** A failure of one client's look that halts nobody: the failure's name and its words. */
export type Excused = { client: string; error: ErrorName; cause: string };

/** Failures by which a probe says nothing of the leaf (I9). */
const SILENT: ReadonlySet<string> = new Set<ErrorName>([
  ...silentErrors,
  'RevocationInconclusive',
  'KeyOfAnotherProject',
]);

/**
 * Failures that say something of the scope, whoever's leaf has shown them: mutual TLS is off, or a leaked key
 * still gets in.
 */
const OF_THE_SCOPE: ReadonlySet<string> = new Set<ErrorName>(['NotEnforced', 'RetiringStillAccepted']);

/** How many excused failures the trail gets, since an item of the table has a size limit. */
const MOST_NOTED = 100;

/** Returns the excused failures of a look in the form that its line in the trail has. */
export const noting = (excused: readonly Excused[]): { excused?: Excused[] } =>
  excused.length > 0 ? { excused: excused.slice(0, MOST_NOTED) } : {};

/** Whether a failure of a client's check halts nobody, by what a person has allowed an emergency (I6). */
export const isExcused = (
  { excused }: Pick<ClientCheck, 'excused'>,
  error: unknown,
): error is WindlassError =>
  error instanceof WindlassError &&
  (excused === 'anything' ? !OF_THE_SCOPE.has(error.name) : excused === 'silence' && SILENT.has(error.name));

/** Returns the clients of some checks that may be left behind: those for which every check says so. */
export function leftBehindIn(checks: readonly ClientCheck[]): ReadonlySet<string> {
  const demanded = new Set(checks.flatMap(({ client, excused }) => (excused === 'anything' ? [] : client)));
  return new Set(checks.map(({ client }) => client).filter((client) => !demanded.has(client)));
}

/**
 * Returns the evidence of a look that excused something. It is only `listing` where a client that has to get
 * in said nothing, since that client has proven nothing (I8).
 */
export function evidenceIn(
  { checks }: Pick<ScopePlan, 'checks'>,
  excused: readonly Excused[],
  named: 'probe' | 'listing',
): 'probe' | 'listing' {
  const leftBehind = leftBehindIn(checks);
  // A client with an expired leaf (`outlived`) does not have to prove the scope, since others prove it.
  const proving = new Set(checks.flatMap(({ client, outlived }) => (outlived ? [] : client)));
  return excused.every(({ client }) => leftBehind.has(client) || !proving.has(client)) ? named : 'listing';
}

/** Returns the excuse that excuses less, of two checks of one client. */
export const stricter = (
  one: ClientCheck['excused'],
  other: ClientCheck['excused'],
): Pick<ClientCheck, 'excused'> => {
  if (!one || !other) return {};
  return { excused: one === 'silence' ? one : other };
};

/** Returns the weaker evidence of looks at parts of a scope: it is that of the whole scope. */
export const leastOf = (looks: readonly { evidence: 'probe' | 'listing' }[]) =>
  looks.find(({ evidence }) => evidence === 'listing')?.evidence ?? looks[0]?.evidence;

/**
 * Returns the clients that are excused and are not moved. A client that may be left behind stays where its
 * new leaf was turned away or cannot be had. Where nothing is known against that leaf the client is moved,
 * since its anchor is about to be cut. A client on an expired leaf loses nothing by staying, and is moved
 * only once its new leaf is proven (I17).
 */
export function stayingOf({ checks }: Pick<ScopePlan, 'checks'>, excused: readonly Excused[]): string[] {
  const leftBehind = leftBehindIn(checks);
  const outlived = new Set(checks.flatMap((check) => (check.outlived ? check.client : [])));
  return excused.flatMap(({ client, error }) =>
    outlived.has(client) || (leftBehind.has(client) && !SILENT.has(error)) ? client : [],
  );
}

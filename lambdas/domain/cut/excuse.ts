import { type ErrorName, silentErrors, WindlassError } from '../errors.ts';
import type { ClientCheck, ScopePlan } from '../plan-document.ts';

/** Something that one client's look came to, and that halts nobody: the failure's name and its words. */
export type Excused = { client: string; error: ErrorName; cause: string };

/** A probe that says nothing of the leaf (I9). */
const SILENT: ReadonlySet<string> = new Set<ErrorName>([
  ...silentErrors,
  'RevocationInconclusive',
  'KeyOfAnotherProject',
]);

/** What says something of the scope, whoever's leaf has shown it: mutual TLS is off, or a leaked key still gets in. */
const OF_THE_SCOPE: ReadonlySet<string> = new Set<ErrorName>(['NotEnforced', 'RetiringStillAccepted']);

/** Of what is excused the trail has the first: an item of the table has an end. */
const MOST_NOTED = 100;

/** Adds to what a look writes into the trail what has gone wrong in it and halts nobody. */
export const noting = (excused: readonly Excused[]): { excused?: Excused[] } =>
  excused.length > 0 ? { excused: excused.slice(0, MOST_NOTED) } : {};

/** Whether what went wrong with a client's check halts nobody, by what a person has allowed an emergency (I6). */
export const isExcused = (
  { excused }: Pick<ClientCheck, 'excused'>,
  error: unknown,
): error is WindlassError =>
  error instanceof WindlassError &&
  (excused === 'anything' ? !OF_THE_SCOPE.has(error.name) : excused === 'silence' && SILENT.has(error.name));

/** The clients of some checks that may be left behind: every check of theirs says so. */
export function leftBehindIn(checks: readonly ClientCheck[]): ReadonlySet<string> {
  const demanded = new Set(checks.flatMap(({ client, excused }) => (excused === 'anything' ? [] : client)));
  return new Set(checks.map(({ client }) => client).filter((client) => !demanded.has(client)));
}

/** What a look comes to that excused something: who has to get in and said nothing has proven nothing (I8). */
export function evidenceIn(
  { checks }: Pick<ScopePlan, 'checks'>,
  excused: readonly Excused[],
  named: 'probe' | 'listing',
): 'probe' | 'listing' {
  const leftBehind = leftBehindIn(checks);
  // Others prove the scope in place of whom what it ran on has outlived.
  const proving = new Set(checks.flatMap(({ client, outlived }) => (outlived ? [] : client)));
  return excused.every(({ client }) => leftBehind.has(client) || !proving.has(client)) ? named : 'listing';
}

/** The less that is excused of two checks of one client's. */
export const stricter = (
  one: ClientCheck['excused'],
  other: ClientCheck['excused'],
): Pick<ClientCheck, 'excused'> => {
  if (!one || !other) return {};
  return { excused: one === 'silence' ? one : other };
};

/** What looks at parts of a scope come to together. */
export const leastOf = (looks: readonly { evidence: 'probe' | 'listing' }[]) =>
  looks.find(({ evidence }) => evidence === 'listing')?.evidence ?? looks[0]?.evidence;

/**
 * The clients that may be left behind and are not moved: their new leaf was turned away, or is not to be had. Where nothing is known against
 * it, a client is moved to it, since what it runs on is about to be cut. One that runs on an expired leaf loses nothing by that, and is moved
 * where it is proven alone (I17).
 */
export function stayingOf({ checks }: Pick<ScopePlan, 'checks'>, excused: readonly Excused[]): string[] {
  const leftBehind = leftBehindIn(checks);
  const outlived = new Set(checks.flatMap((check) => (check.outlived ? check.client : [])));
  return excused.flatMap(({ client, error }) =>
    outlived.has(client) || (leftBehind.has(client) && !SILENT.has(error)) ? client : [],
  );
}

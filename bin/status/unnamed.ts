import { howMany, namedIn } from '../../lambdas/domain/first-few.ts';
import { longWave } from '../journal/planned.ts';
import type { Rotation } from '../journal/rotations.ts';
import { halfOf, type ScopeStatus } from './scopes.ts';

/**
 * How many scopes of the plan have no name here, by state. The journal has no line of them, and its plan line
 * names only the first of a long wave (I18).
 */
export type Unnamed = { waiting: number; held: number };

/** The named scopes of a run, and how many more there are. */
export type Named = { scopes: readonly ScopeStatus[]; unnamed: Unnamed };

/** Counts the planned scopes that are not among the named ones. */
export function unnamedOf(rotation: Rotation, scopes: readonly ScopeStatus[]): Unnamed {
  const { scopes: waves = [], held = [] } = rotation.planned ?? {};
  const planned = waves.reduce((sum, [, of]) => sum + howMany(of), 0);
  const unnamed = Math.max(0, planned - scopes.length);
  const ofThemHeld = halfOf(rotation) === 'cut' ? howMany(held) - namedIn(held).length : 0;
  return { held: Math.min(unnamed, ofThemHeld), waiting: unnamed - Math.min(unnamed, ofThemHeld) };
}

/** How many scopes a run has, named or not. */
export const countOf = ({ scopes, unnamed }: Named): number => scopes.length + unnamed.waiting + unnamed.held;

/** The scopes of a run in some states, each in words, and how many more there are. */
export function inStates(
  { scopes, unnamed }: Named,
  states: readonly ScopeStatus['state'][],
  inWords: (one: ScopeStatus) => string = ({ scope }) => scope,
): string[] {
  const more = (['waiting', 'held'] as const).reduce(
    (sum, state) => sum + (states.includes(state) ? unnamed[state] : 0),
    0,
  );
  const named = scopes.filter(({ state }) => states.includes(state)).map(inWords);
  return more > 0 ? [...named, `and ${more} more`] : named;
}

/** The wave that is at work, or the next one. */
export const waveAtWork = (
  { planned }: Rotation,
  scopes: readonly ScopeStatus[],
  { waiting }: Unnamed,
): string | null =>
  scopes.find(
    ({ state, wave }) =>
      state === 'running' || state === 'waiting' || (waiting > 0 && wave === longWave(planned)?.[0]),
  )?.wave || null;

import type { Definition, State } from '../../../lib/definition.ts';

/** A state, its machine, and how deep in Map states that machine is. */
export type Placed = { name: string; state: State; machine: Definition; depth: number };

/** The content of a Catch. */
export type Catch = { ErrorEquals: string[]; ResultPath: string; Next: string };

/** Returns every state of a machine, including those within Map states. */
export const placed = (machine: Definition, depth = 0): Placed[] =>
  Object.entries(machine.States).flatMap(([name, state]) => [
    { name, state, machine, depth },
    ...(state.ItemProcessor ? placed(state.ItemProcessor, depth + 1) : []),
  ]);

/**
 * Returns the names in the order in which an execution enters them when nothing fails. Every Choice takes its
 * first branch, unless that branch leads to a Wait and back.
 */
export function sentenceOf(machine: Definition): string[] {
  const names: string[] = [];
  for (let name: string | undefined = machine.StartAt; name; ) {
    const state: State | undefined = machine.States[name];
    if (!state) throw new Error(`no state ${name}`);
    names.push(name, ...(state.ItemProcessor ? sentenceOf(state.ItemProcessor) : []));
    const [branch] = (state.Choices ?? []) as { Next: string }[];
    const first = branch && machine.States[branch.Next]?.Type !== 'Wait' ? branch.Next : state.Default;
    name = (first ?? state.Next) as string | undefined;
  }
  return names;
}

export const catchesOf = (state: State): Catch[] => (state.Catch ?? []) as Catch[];

/** Returns every state to which a state may lead within its machine. */
const nextOf = (state: State): string[] =>
  [
    state.Next,
    state.Default,
    ...((state.Choices ?? []) as { Next: string }[]).map(({ Next }) => Next),
    ...catchesOf(state).map(({ Next }) => Next),
  ].filter((name) => name !== undefined) as string[];

/**
 * Returns every state that may come after a state, including itself, and the states where its machine may
 * end. The walk stops at the states in `seen`.
 */
export function reachedFrom(machine: Definition, name: string, seen = new Map<string, State>()) {
  const state = machine.States[name];
  if (!state) throw new Error(`no state ${name}`);
  if (!seen.has(name)) {
    seen.set(name, state);
    for (const next of nextOf(state)) reachedFrom(machine, next, seen);
  }
  const states = [...seen].map(([reached, one]) => ({ name: reached, state: one }));
  return { states, ends: states.filter((one) => nextOf(one.state).length === 0 || one.state.End === true) };
}

/**
 * Returns every path that a state reads or writes, including those within an intrinsic function, with the
 * field that has it.
 */
export function pathsIn(value: unknown, field = ''): { field: string; path: string }[] {
  if (typeof value === 'string') return pathsOf(value).map((path) => ({ field, path }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => key !== 'ItemProcessor')
    .flatMap(([key, inner]) => pathsIn(inner, field ? `${field}.${key}` : key));
}

const pathsOf = (text: string): string[] =>
  text.startsWith('$') || text.startsWith('States.')
    ? (text.match(/\$\$?(?:\.\w+|\[\*\]|\[\d+\]|\[\?\([^)]*\)\])*/g) ?? [])
    : [];

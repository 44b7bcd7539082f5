import type { Definition, State } from '../../../lib/definition.ts';

/** A state with where it stands: its machine, and how deep in Map states that machine is. */
export type Placed = { name: string; state: State; machine: Definition; depth: number };

/** What a Catch says. */
export type Catch = { ErrorEquals: string[]; ResultPath: string; Next: string };

/** Every state of a machine, those within Map states included. */
export const placed = (machine: Definition, depth = 0): Placed[] =>
  Object.entries(machine.States).flatMap(([name, state]) => [
    { name, state, machine, depth },
    ...(state.ItemProcessor ? placed(state.ItemProcessor, depth + 1) : []),
  ]);

/** Names in the order an execution enters them when nothing fails and every Choice takes its first branch, but for one that leads to a Wait and back. */
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

/** Where a state may lead within its machine, by whatever way. */
const nextOf = (state: State): string[] =>
  [
    state.Next,
    state.Default,
    ...((state.Choices ?? []) as { Next: string }[]).map(({ Next }) => Next),
    ...catchesOf(state).map(({ Next }) => Next),
  ].filter((name) => name !== undefined) as string[];

/** Every state that may come after one, itself included, and where its machine may end then; not past those in `seen`. */
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

/** Every path a state reads or writes, those within an intrinsic function included, with the field that holds it. */
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

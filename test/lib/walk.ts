import type { Definition, State } from '../../lib/definition.ts';

/** A state with where it stands: its machine, and how deep in Map states that machine is. */
export type Placed = { name: string; state: State; machine: Definition; depth: number };

/** Every state of a machine, those within Map states included. */
export const placed = (machine: Definition, depth = 0): Placed[] =>
  Object.entries(machine.States).flatMap(([name, state]) => [
    { name, state, machine, depth },
    ...(state.ItemProcessor ? placed(state.ItemProcessor, depth + 1) : []),
  ]);

/** Names in the order an execution enters them when nothing fails and every Choice takes its first branch. */
export function sentenceOf(machine: Definition): string[] {
  const names: string[] = [];
  for (let name: string | undefined = machine.StartAt; name; ) {
    const state: State | undefined = machine.States[name];
    if (!state) throw new Error(`no state ${name}`);
    names.push(name, ...(state.ItemProcessor ? sentenceOf(state.ItemProcessor) : []));
    const [branch] = (state.Choices ?? []) as { Next: string }[];
    name = branch?.Next ?? (state.Next as string | undefined);
  }
  return names;
}

/** Every path a state reads or writes, with the field that holds it. */
export function pathsIn(value: unknown, field = ''): { field: string; path: string }[] {
  if (typeof value === 'string') return /^\$/.test(value) ? [{ field, path: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => key !== 'ItemProcessor')
    .flatMap(([key, inner]) => pathsIn(inner, field ? `${field}.${key}` : key));
}

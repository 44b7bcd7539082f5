import { WindlassError } from '../../domain/errors.ts';
import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import { checkNames } from '../../domain/planning/names.ts';
import type { Journal } from '../table/journal.ts';
import { forgetUnheardOf } from '../table/named.ts';

/**
 * What policy and request name, looked up in an inventory. An id that never existed is not remembered (I15): the request is
 * refused, and names it. Where a project could not be listed, nobody knows that it never did, so it stays remembered.
 */
export async function checkedNames(
  journal: Journal,
  facts: Parameters<typeof checkNames>[0],
  lastNames: ReadonlyMap<string, string>,
  { named, failures }: { named: readonly CompromisedMemory[]; failures: readonly unknown[] },
): Promise<ReturnType<typeof checkNames>> {
  try {
    return checkNames(facts, lastNames);
  } catch (error) {
    const isUnheardOf = error instanceof WindlassError && error.name === 'UnknownAnchor';
    if (isUnheardOf && facts.request.mode === 'emergency' && failures.length === 0)
      await forgetUnheardOf(journal, facts.request, facts.inventory, named);
    throw error;
  }
}

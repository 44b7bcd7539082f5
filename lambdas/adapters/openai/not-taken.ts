import type { Clock } from '../../clock.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import { entryOf } from '../../domain/memory/audit.ts';
import type { Journal } from '../table/journal.ts';

type Announced = {
  event: 'activating' | 'deactivating';
  intent: Record<string, unknown>;
  refused: ReadonlyMap<string, unknown>;
};

/**
 * Writes down what the API did not take of what a run has announced in its scope, before anything else can fail: whoever makes that change after all is
 * somebody else (F19).
 */
export async function sayNotTaken(
  { journal, clock }: { journal: Pick<Journal, 'record'>; clock: Clock },
  input: Pick<ScopeDocument, 'execution' | 'plan' | 'lease'>,
  { event, intent, refused }: Announced,
): Promise<void> {
  if (refused.size === 0) return;
  const detail = { ...intent, notTaken: [...refused.keys()] };
  await journal.record(entryOf(input, clock(), event, detail, input.plan.scope));
}

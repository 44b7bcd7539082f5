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
 * Records which announced anchors the API did not take, before anything else can fail. If such a change is
 * made later all the same, somebody else made it (F19).
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

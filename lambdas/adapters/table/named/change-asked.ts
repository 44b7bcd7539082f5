import pMap from 'p-map';
import { WindlassError } from '../../../domain/errors.ts';
import type { Allowance, CompromisedMemory } from '../../../domain/memory/journal.ts';
import type { Request } from '../../../domain/request.ts';
import type { Journal } from '../journal.ts';

export type Emergency = Extract<Request, { mode: 'emergency' }>;

/** How often a change is tried again when another emergency writes between the read and the write. */
const RACES = 5;

/** Changes what is asked for these anchors, and keeps what another emergency asks at the same time (I6). */
export async function changeAsked(
  journal: Journal,
  anchorIds: readonly string[],
  change: (one: CompromisedMemory) => Allowance[],
): Promise<void> {
  let left = anchorIds;
  for (let race = 0; race < RACES && left.length > 0; race++) {
    const remembered = (await journal.compromised()).filter(({ anchorId }) => left.includes(anchorId));
    // All changes are computed before the first is written: if one of them is refused, none is asked for.
    const changes = remembered.map((one) => ({ ...one, changed: change(one) }));
    const written = await pMap(changes, async ({ anchorId, asked, changed }) =>
      (await journal.replaceAsked(anchorId, asked, changed)) ? [] : [anchorId],
    );
    left = written.flat();
  }
  if (left.length > 0)
    throw new WindlassError(
      'JournalUnavailable',
      `what is asked to be allowed for ${left.join(', ')} was changed by others ${RACES} times while it was written down`,
    );
}

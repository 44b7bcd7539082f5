import { scrub } from '../../lambdas/adapters/scrub.ts';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import { entryOf } from '../../lambdas/domain/memory/audit.ts';
import type { Allowance, CompromisedMemory } from '../../lambdas/domain/memory/journal.ts';
import { digestInId } from '../../lambdas/domain/memory/named-key.ts';
import { readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import type { Paint } from '../terminal/screen.ts';
import { table } from '../terminal/tables.ts';

/** Returns the compromises that the table remembers. Throws `JournalUnavailable`. */
export const compromisesIn = (of: Table): Promise<CompromisedMemory[]> => dynamoJournal(of).compromised();

/**
 * Returns the compromise of one anchor. Throws `InvalidInput`, which lists what is remembered, when there is
 * none of this id.
 */
export function demandRemembered(remembered: readonly CompromisedMemory[], id: string): CompromisedMemory {
  const found = remembered.find(({ anchorId }) => anchorId === id);
  if (found) return found;
  const ids = remembered.map(({ anchorId }) => anchorId).join(', ');
  throw new WindlassError(
    'InvalidInput',
    `${id} is not remembered as compromised; ${ids ? `remembered: ${ids}` : 'nothing is'}`,
  );
}

/**
 * The other anchors that were named with the same key. While one of them is remembered, the key stays
 * compromised (I15).
 */
export const sameKey = (
  remembered: readonly CompromisedMemory[],
  { anchorId, keyDigest }: CompromisedMemory,
): string[] =>
  remembered
    .filter((other) => keyDigest && other.keyDigest === keyDigest && other.anchorId !== anchorId)
    .map((other) => other.anchorId);

/**
 * Takes one compromise back; `now` in Unix seconds. Throws `JournalUnavailable`, and then the compromise may
 * or may not still be remembered.
 */
export async function retract(
  of: Table,
  { anchorId, keyDigest }: CompromisedMemory,
  { who, reason, now }: { who: string; reason: string; now: number },
): Promise<void> {
  const journal = dynamoJournal(of);
  const execution = { id: `by-hand/${who}`, startedAt: instant(now) };
  const detail = { anchors: [anchorId], keyDigest, reason: scrub(reason), startedBy: who };
  // The record comes first, as with every change: nothing is trusted again without a record of who decided
  // it.
  await journal.record(entryOf({ execution }, now, 'retracted', detail));
  await journal.forgetCompromised([anchorId]);
}

/** A compromise with all of its fields. Null means that nothing was written down. */
export const inFull = ({ anchorId, asked = [], ...known }: CompromisedMemory) => ({
  anchorId,
  keyDigest: known.keyDigest ?? null,
  certifiedBy: known.certifiedBy ?? [],
  certifierKeys: known.certifierKeys ?? [],
  reason: known.reason ?? null,
  namedAt: known.namedAt ?? null,
  lastNamedAt: known.lastNamedAt ?? null,
  ...allowanceOf(known),
  asked: asked.map(allowanceOf),
});

const allowanceOf = ({ leaveBehind = [], onListing = [] }: Allowance): Required<Allowance> => ({
  leaveBehind,
  onListing,
});

/** The remembered compromises, for people. */
export function renderCompromised(remembered: readonly CompromisedMemory[], paint: Paint): string {
  if (remembered.length === 0) return 'No anchor is remembered as compromised.\n';
  const rows = printable(remembered).map((one) => [
    nameOf(one),
    one.namedAt ? readable(one.namedAt) : 'unknown',
    one.reason ?? '—',
    one.keyDigest ?? 'not read yet',
    exceptionsOf(one),
  ]);
  return `${table(['anchor', 'since', 'reason', 'SHA-256 of its key', 'exceptions'], rows, paint)}\n`;
}

/**
 * Names a compromise: an anchor by its id, and a CA's key as such, with the anchors that were seen to have
 * certified it.
 */
function nameOf({ anchorId, certifiedBy = [] }: CompromisedMemory): string {
  if (digestInId(anchorId) === undefined) return anchorId;
  const by = certifiedBy.length > 0 ? `certified by ${certifiedBy.join(', ')}` : 'seen in no chain yet';
  return `a CA's key, never uploaded\n${by}`;
}

/** What only the emergency that named it may do (I6). */
function exceptionsOf({ asked = [], ...allowed }: CompromisedMemory): string {
  const waiting = asked.flatMap(toldOf).map((one) => `${one}, once a run has looked that up`);
  return [...toldOf(allowed), ...waiting].join('\n') || 'none';
}

function toldOf({ leaveBehind = [], onListing = [] }: Allowance): string[] {
  const scopes = onListing === 'all' ? 'every scope' : onListing.join(', ');
  return [
    leaveBehind.length > 0 ? `may lock out ${leaveBehind.join(', ')}` : '',
    scopes ? `may cut ${scopes} without a proof` : '',
  ].filter(Boolean);
}

import type { Clock } from '../../../clock.ts';
import { isOneOf, type WindlassError } from '../../../domain/errors.ts';
import { instant } from '../../../domain/instant.ts';
import { askedAlso, askedBy } from '../../../domain/memory/allowed.ts';
import { entryOf } from '../../../domain/memory/audit.ts';
import { idOfKey } from '../../../domain/memory/named-key.ts';
import { keySeenOf } from '../../../domain/memory/seen.ts';
import { scrub, scrubbedRequest } from '../../scrub.ts';
import type { Journal } from '../journal.ts';
import { changeAsked, type Emergency } from './change-asked.ts';

/**
 * The first lines of a run are enough to see whether it has named. At most the lines of its end come before,
 * one for each attempt.
 */
const FIRST_LINES = 50;

/**
 * Writes down what an emergency names and asks to be allowed, beside what is already known. What it asks has
 * no effect until a run has looked its names up. If another rotation is at work, that may be another run (I6,
 * I15). Each run does this once: what a person has taken back since, or what never existed, stays forgotten,
 * however often a step is retried. Throws `InvalidRequest` if the table has no room for what it asks; the
 * names are stored by then.
 */
export async function rememberNamed(
  { journal, clock }: { journal: Journal; clock: Clock },
  request: Emergency,
  execution: { id: string; startedAt: string },
): Promise<void> {
  const [compromised, seen, lines] = await Promise.all([
    journal.compromised(),
    journal.seen(),
    journal.ofExecution(execution, { first: FIRST_LINES }),
  ]);
  // Everything that an emergency writes comes after this, except the end of a run whose Plan never ran.
  if (lines.some(({ event }) => event !== 'ended')) return;
  const known = new Map(compromised.map((one) => [one.anchorId, one]));
  const keyOf = keySeenOf(seen);
  const { anchors, keys = [], reason } = request;
  const now = instant(clock());
  const named = [
    // The certificate of a deleted anchor cannot be read any more. Its key is the one that an earlier plan
    // saw.
    ...anchors.map((anchorId) => {
      const keyDigest = known.get(anchorId)?.keyDigest ? undefined : keyOf(anchorId);
      return { anchorId, ...(keyDigest && { keyDigest }) };
    }),
    // A key without an upload is known from the start.
    ...keys.map((keyDigest) => ({ anchorId: idOfKey(keyDigest), keyDigest })),
  ];
  await journal.rememberCompromised(
    named.map((one) => ({
      ...{ ...one, reason: scrub(reason) },
      ...(known.has(one.anchorId) ? { lastNamedAt: now } : { namedAt: now }),
    })),
  );
  const [asking] = askedBy(request);
  const asked = asking && changeAsked(journal, anchors, (one) => askedAlso(one, asking));
  const refused = await asked?.catch(refusalIn);
  // Recorded last: if one of these writes fails, the next attempt writes all of them again.
  const detail = { request: scrubbedRequest(request) };
  await journal.record(entryOf({ execution }, clock(), 'named', detail));
  if (refused) throw refused;
}

function refusalIn(error: unknown): WindlassError {
  if (isOneOf(error, ['InvalidRequest'])) return error;
  throw error;
}

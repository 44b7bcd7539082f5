import { createHash } from 'node:crypto';
import pMap from 'p-map';
import type { Clock } from '../../clock.ts';
import type { Inventory } from '../../domain/anchor.ts';
import { isOneOf, WindlassError } from '../../domain/errors.ts';
import { instant, secondsOf } from '../../domain/instant.ts';
import { askedAlso, askedBy, without } from '../../domain/memory/allowed.ts';
import { entryOf } from '../../domain/memory/audit.ts';
import { type Allowance, type CompromisedMemory, lastNamed } from '../../domain/memory/journal.ts';
import { idOfKey } from '../../domain/memory/named-key.ts';
import { keySeenOf } from '../../domain/memory/seen.ts';
import { rememberedCompromise } from '../../domain/planning/compromise.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import type { Request } from '../../domain/request.ts';
import { scrub, scrubbedRequest } from '../scrub.ts';
import type { Journal } from './journal.ts';

/**
 * The first lines of a run are enough to see whether it has named. At most the lines of its end come before,
 * one for each attempt.
 */
const FIRST_LINES = 50;

type Emergency = Extract<Request, { mode: 'emergency' }>;

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

/** How often a change is tried again when another emergency writes between the read and the write. */
const RACES = 5;

/** Changes what is asked for these anchors, and keeps what another emergency asks at the same time (I6). */
async function changeAsked(
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

/**
 * Digits of the digest that tell one set of names from another. A plan has to carry them, so they are few.
 */
const SHORT = 16;

/**
 * Returns the first digits of the SHA-256 (hex) of all names, with the time when each was last named: what a
 * plan knew of.
 */
export const namesKnown = (named: readonly CompromisedMemory[]): string =>
  createHash('sha256')
    .update(JSON.stringify(named.map((one) => [one.anchorId, lastNamed(one)].join(' ')).sort()))
    .digest('hex')
    .slice(0, SHORT);

/**
 * Whether an emergency has named anything that a plan did not know. An emergency that ended as `Busy` could
 * schedule nothing (I15). Compares digests, because times are whole seconds of several clocks; for an older
 * plan without a digest, compares times. A name that was taken back since counts too, and costs a run.
 */
export async function isAnyNamedSince(
  journal: Pick<Journal, 'compromised'>,
  { plannedAt, namesKnown: known }: { plannedAt: string; namesKnown?: string | undefined },
): Promise<boolean> {
  const named = await journal.compromised();
  return known === undefined
    ? named.some((one) => lastNamed(one) > secondsOf(plannedAt))
    : namesKnown(named) !== known;
}

/**
 * Returns those successors that are named as compromised by now, or that have the key of a named anchor as
 * far as it has been read. The plan may not know it yet: an emergency writes its names down before it asks
 * for the lease, and each key as soon as it is read (I15).
 */
export async function namedByNow(
  journal: Pick<Journal, 'compromised'>,
  successions: readonly { successor: string; successorKey?: string | undefined }[],
): Promise<ReadonlySet<string>> {
  const { ids, keys } = rememberedCompromise(await journal.compromised());
  const isNamed = ({ successor, successorKey = '' }: (typeof successions)[number]): boolean =>
    ids.has(successor) || keys.has(successorKey);
  return new Set(successions.filter(isNamed).map(({ successor }) => successor));
}

/** The error for an anchor that is named by now, with what was left undone for it. */
export const namedMeanwhile = (anchorId: string, left: string): WindlassError =>
  new WindlassError(
    'AnchorCompromised',
    `${anchorId} has been named as compromised since the plan was made, or has a key that is, so ${left}; start a new run, which chooses another`,
  );

/**
 * Removes what a refused request asked to be allowed (I6), and those of its ids that never existed. An id
 * whose key is known did exist, and was deleted since: another upload of that key stays compromised (I15).
 * `inventory` is null when nobody can tell.
 */
export async function forgetRefused(
  journal: Journal,
  request: Emergency,
  inventory: Inventory | null,
): Promise<void> {
  const remembered = await journal.compromised();
  const named = remembered.filter(({ anchorId }) => request.anchors.includes(anchorId));
  const isUnheardOf = ({ anchorId, keyDigest }: CompromisedMemory): boolean =>
    inventory !== null && !keyDigest && !indexAnchors(inventory).anchors.has(anchorId);
  const refused = askedBy(request);
  const standing = refused.length === 0 ? [] : named.filter((one) => !isUnheardOf(one));
  const ids = standing.map(({ anchorId }) => anchorId);
  await changeAsked(journal, ids, ({ asked = [] }) => without(asked, refused));
  await journal.forgetCompromised(named.filter(isUnheardOf).map(({ anchorId }) => anchorId));
}

import * as z from 'zod';
import { bytesOf } from './first-few.ts';
import { instant } from './instant.ts';
import { looksLikeKey } from './secret-name.ts';

/** Who started a rotation by hand, for the audit: at most 128 characters on one line, in any script. */
export const startedBySchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must be printable text on one line');
const startedBy = startedBySchema.optional();

const scheduled = z.strictObject({
  mode: z.literal('scheduled'),
  /**
   * Since when runs have halted one after the other (ISO 8601). The last run's schedule says it, and gaps
   * grow by it (rule 6).
   */
  failingSince: z.iso.datetime().optional(),
  /**
   * The run before went for something compromised and halted. This run is for what cannot wait through many
   * such tries (I10, I17).
   */
  othersFirst: z.literal(true).optional(),
  startedBy,
});
const manual = z.strictObject({
  mode: z.literal('manual'),
  reason: z.string().trim().min(1).optional(),
  startedBy,
});
/**
 * Refuses a key that was pasted in place of an id or a name. Names are remembered, and stand in errors and in
 * the trail, and no key may be told there (I14).
 */
const named = (text: z.ZodString) =>
  text.refine(
    (one) => !looksLikeKey(one),
    'looks like a key, a token or a PEM, and has to be an id or a name',
  );
const name = named(z.string().min(1));

/**
 * The most characters of an anchor id. It is part of a key in the table, which takes 1024 bytes (DynamoDB). A
 * longer text is mostly a list of ids without spaces. No attempt could write it down, and each would be tried
 * again for 45 minutes (I16).
 */
const LONGEST_ID = 256;
const TOO_LONG = `has more than ${LONGEST_ID} characters, which no anchor id has: name each anchor by itself`;
const anchorId = z
  .string()
  .regex(/^\S+$/, 'must be an anchor id such as "cert_abc"')
  .max(LONGEST_ID, TOO_LONG);

const emergency = z.strictObject({
  mode: z.literal('emergency'),
  anchors: z.array(named(anchorId)).min(1, 'must name an anchor, such as ["cert_abc"]'),
  /**
   * Keys of CAs that were never uploaded, mostly issuing CAs, as the SHA-256 of the SPKI in hex. Whatever
   * anchor has certified one lets its leaves in (I15).
   */
  keys: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of a CA's public key (SPKI), as 64 hexadecimal digits"),
    )
    .optional(),
  reason: z.string().trim().min(1, 'must say why, in words for the audit'),
  /** Clients that may be locked out, by name: somebody has decided that the leaked key is worse (I6). */
  leaveBehind: z.array(name).optional(),
  /** Scopes that may be cut on the listing alone: project ids, `organization`, or all of them (I6). */
  onListing: z.union([z.literal('all'), z.array(name)]).optional(),
  startedBy,
});

/**
 * A request that names anchors means an emergency, and has to say so. It does not count as a scheduled run
 * with an extra key.
 */
const withMode = (input: unknown): unknown => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return 'mode' in input || 'anchors' in input ? input : { ...input, mode: 'scheduled' };
};

/**
 * The most bytes of JSON. Step Functions hands the request to Plan, or after a halt to Release, with more
 * beside it, and a state holds 256 KiB.
 */
const MOST_BYTES = 192 * 1024;

/**
 * What starts a rotation: `{}` on schedule, a request by hand, or an emergency since the named anchors are
 * compromised.
 */
export const requestSchema = z.preprocess(
  withMode,
  z
    .discriminatedUnion('mode', [scheduled, manual, emergency], {
      error:
        'must be {} for a scheduled run, {"mode": "manual"}, or {"mode": "emergency", "anchors": ["cert_…"], "reason": "…"}',
    })
    .refine((request) => bytesOf(request) <= MOST_BYTES, {
      error: ({ input }) =>
        `has ${bytesOf(input)} bytes, and may have ${MOST_BYTES}: name fewer, and start another for the rest; what an emergency asks stays asked`,
    }),
);

export const modes = ['scheduled', 'manual', 'emergency'] as const;

export type Request = z.infer<typeof requestSchema>;
export type Mode = Request['mode'];

/** What a run tells the next run that it schedules. */
export type ToNext = { failingSince: string; othersFirst?: true };

/** The `startedBy` of a run that another run has scheduled. */
export const BY_ANOTHER_RUN = 'the next rotation';

/**
 * Whether another run has scheduled this one. Such a schedule fires once, and nobody else comes for the same
 * before the sweep.
 */
export const isByAnotherRun = (request: Request | null): boolean =>
  request?.mode === 'scheduled' && request.startedBy === BY_ANOTHER_RUN;

/**
 * Returns what a run that does not retry anything hands on to the next: since when the tries before it have
 * failed; undefined where none has.
 */
export const handedOn = (request: Request): ToNext | undefined =>
  request.mode === 'scheduled' && request.failingSince ? { failingSince: request.failingSince } : undefined;

/** The most anchors that an organization may have uploaded (F1). */
const MOST_ANCHORS = 50;

/** How many keys of CAs a run carries. The table has all of them. */
const MOST_KEYS = 50;

/** How many characters of a reason a run carries. The trail has all of it. */
const LONGEST_REASON = 2_000;

/**
 * Returns the request as a run carries it with its plan. What it names and asks to be allowed is in the table
 * by then. Thousands of names fit beside no plan in a state (Step Functions).
 */
export function asCarried(request: Request): Request {
  if (request.mode !== 'emergency') return request;
  const { leaveBehind: _, onListing: __, anchors, keys, reason, ...carried } = request;
  return {
    ...{ ...carried, anchors: anchors.slice(0, MOST_ANCHORS), reason: reason.slice(0, LONGEST_REASON) },
    ...(keys && { keys: keys.slice(0, MOST_KEYS) }),
  };
}

/** Returns the same request for a run that is to cut something compromised first, whatever else waits. */
export const compromisedFirst = (request: Request): Request =>
  request.mode === 'scheduled' ? { ...request, othersFirst: undefined } : request;

/**
 * Returns since when runs have come one after the other and left the same undone (ISO 8601): as the schedule
 * that started this run said, else now.
 */
export function failingSinceOf(request: unknown, now: number): string {
  const asked = requestSchema.safeParse(request);
  const since = asked.success && asked.data.mode === 'scheduled' ? asked.data.failingSince : undefined;
  return since ?? instant(now);
}

import * as z from 'zod';
import { bytesOf } from './first-few.ts';
import { instant } from './instant.ts';
import { looksLikeKey } from './secret-name.ts';

/** Who started a rotation by hand, for the audit: at most 128 characters on one line, in whatever script. */
export const startedBySchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must be printable text on one line');
const startedBy = startedBySchema.optional();

const scheduled = z.strictObject({
  mode: z.literal('scheduled'),
  /** Since when runs have halted one after the other (ISO 8601): the schedule that the last one set says so, and gaps grow by it (rule 6). */
  failingSince: z.iso.datetime().optional(),
  /** The run before went for something compromised and halted: what cannot wait through many such tries has this one (I10, I17). */
  othersFirst: z.literal(true).optional(),
  startedBy,
});
const manual = z.strictObject({
  mode: z.literal('manual'),
  reason: z.string().trim().min(1).optional(),
  startedBy,
});
/** What is named is remembered, and stands in errors and in the trail: a key that was pasted in its place is told to nobody (I14). */
const named = (text: z.ZodString) =>
  text.refine(
    (one) => !looksLikeKey(one),
    'looks like a key, a token or a PEM, and has to be an id or a name',
  );
const name = named(z.string().min(1));

const emergency = z.strictObject({
  mode: z.literal('emergency'),
  anchors: z
    .array(named(z.string().regex(/^\S+$/, 'must be an anchor id such as "cert_abc"')))
    .min(1, 'must name an anchor, such as ["cert_abc"]'),
  /** Keys of CAs that were never uploaded, issuing ones mostly, as the SHA-256 of the SPKI in hex: whatever has certified one lets leaves of it in (I15). */
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

/** What names anchors means an emergency, and has to say so: it is no scheduled run with a key too many. */
const withMode = (input: unknown): unknown => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return 'mode' in input || 'anchors' in input ? input : { ...input, mode: 'scheduled' };
};

/** Bytes of JSON: what Step Functions hands to Plan, or after its halt to Release, has more beside it, and holds 256 KiB. */
const MOST_BYTES = 192 * 1024;

/** What starts a rotation: `{}` on schedule, by hand, or because the named anchors are compromised. */
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

/** What a run says to the next that it schedules. */
export type ToNext = { failingSince: string; othersFirst?: true };

/** Who has started a run that another one has scheduled. */
export const BY_ANOTHER_RUN = 'the next rotation';

/** Whether another run has scheduled this one: that fires once, and nobody else comes for the same before the sweep. */
export const isByAnotherRun = (request: Request | null): boolean =>
  request?.mode === 'scheduled' && request.startedBy === BY_ANOTHER_RUN;

/** What a run that is no try of its own hands on to the next: since when the tries before it have failed, where any has. */
export const handedOn = (request: Request): ToNext | undefined =>
  request.mode === 'scheduled' && request.failingSince ? { failingSince: request.failingSince } : undefined;

/** Anchors that an organization may have uploaded (F1). */
const MOST_ANCHORS = 50;

/** Keys of CAs that a run carries; the table has all of them. */
const MOST_KEYS = 50;

/** Characters of a reason that a run carries; the trail has all of it. */
const LONGEST_REASON = 2_000;

/**
 * The request as a run carries it with its plan. What it names and asks to be allowed is in the table by then, and thousands of names fit beside no
 * plan in a state (Step Functions).
 */
export function asCarried(request: Request): Request {
  if (request.mode !== 'emergency') return request;
  const { leaveBehind: _, onListing: __, anchors, keys, reason, ...carried } = request;
  return {
    ...{ ...carried, anchors: anchors.slice(0, MOST_ANCHORS), reason: reason.slice(0, LONGEST_REASON) },
    ...(keys && { keys: keys.slice(0, MOST_KEYS) }),
  };
}

/** The same request of a run that is to cut what is compromised, whoever else waits. */
export const compromisedFirst = (request: Request): Request =>
  request.mode === 'scheduled' ? { ...request, othersFirst: undefined } : request;

/** Since when runs have come one after the other and left the same undone (ISO 8601): as the schedule said that started this one, or since now. */
export function failingSinceOf(request: unknown, now: number): string {
  const asked = requestSchema.safeParse(request);
  const since = asked.success && asked.data.mode === 'scheduled' ? asked.data.failingSince : undefined;
  return since ?? instant(now);
}

import type { Request } from '../domain/request.ts';
import { looksLikeKey, RANDOM_PART } from '../domain/secret-name.ts';

/** Whole or cut short, and in a URL, where its spaces are none. */
const PEM = /-----BEGIN\b[\s\S]*?(?:-----END\b[^-]*-----|$)/g;
/** The end of one whose beginning was cut off, its lines apart by spaces or line breaks. */
const PEM_END = /(?:[\w+/=%\\]{32,}\s+)*[\w+/=%\\]*\s*-----END\b[^-]*(?:-----|$)/g;
const BEARER = /\bBearer\s+[^\s"',;]+/gi;
/** A token by the name of its field, and one whose form gives it away: a JWT, in up to five parts. */
const TOKEN_FIELD = /(\b(?:access|refresh|id|subject)_token\\*["']?\s*[:=]\s*\\*["']?)[\w.~+/=-]+/gi;
const JWT = /\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g;
const API_KEY = /\b(?:sk|sess|rk|ek)-[\w*.-]+/g;
/** Longer than most names: what is left may be a key or a certificate, in base64 with its last and shorter line. */
const LONG_TOKEN = /[\w+/=-]{40,}(?:\s+[A-Za-z0-9+/]{2,}={1,2}(?![\w+/=]))?/g;
/** Longer than any id of the API's. */
const LONGEST_ID = 60;
/** A SHA-256 fingerprint or digest as we print it ourselves: what an operator compares, and no secret. */
const FINGERPRINT = /^[0-9a-f]{64}$/;
/** The form of an AWS secret access key. */
const AWS_SECRET = /^[A-Za-z0-9/+]{40}$/;
const HEX = /^[0-9a-f]{40,}$/i;
/** More of the same, on either side of what was known of it: part of a certificate that is like the known one. */
const BESIDE_SECRET = /[\w+/]{8,}(?=\[secret\])|(?<=\[secret\])[\w+/]{8,}/g;
const MAX_LENGTH = 300;
/** What is read of a text that may be megabytes long; nobody would be shown more. */
const MAX_READ = 4_096;
/** Characters of a known secret that give it away: a host may show only the end of a key. */
const SLICE = 16;

/**
 * A text from outside made fit for errors and logs (I14): one line, at most 300 characters, without PEMs, bearer
 * tokens, API keys or long tokens, nor any of the given secrets, whole or in part, plain or encoded.
 */
export function scrub(text: string, secrets: readonly string[] = []): string {
  // Before the secrets: what two certificates have in common would take another one's marker off it.
  const read = text.slice(0, MAX_READ).replace(PEM, '[PEM]');
  const known = secrets.filter((secret) => secret.length > 0).reduce(without, read);
  const beside = known.includes('[secret]') ? known.replace(BESIDE_SECRET, '') : known;
  // Looked for only where it can be: the search for what stands before an end costs more than all the others together.
  const whole = beside.includes('-----END') ? beside.replace(PEM_END, '[PEM]') : beside;
  const clean = whole
    .replace(BEARER, 'Bearer [key]')
    .replace(TOKEN_FIELD, '$1[token]')
    .replace(JWT, '[token]')
    .replace(API_KEY, '[key]')
    .replace(LONG_TOKEN, (token) => (isSecretLike(token) ? '[token]' : token))
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean;
}

/** A request for the journal: what a person wrote into it may hold what they were talking of (I14). */
export const scrubbedRequest = (request: Request): Request => ({
  ...request,
  ...('reason' in request && request.reason && { reason: scrub(request.reason) }),
  ...(request.startedBy && looksLikeKey(request.startedBy) && { startedBy: '[key]' }),
});

/** An execution's or a secret's name may be as long as a key: only what looks like chance is taken out of it. */
function isSecretLike(token: string): boolean {
  if (FINGERPRINT.test(token)) return false;
  return (
    token.length >= LONGEST_ID ||
    HEX.test(token) ||
    token.split('=').some(isAwsSecret) ||
    token.split(/[/_+=\s-]+/).some((part) => RANDOM_PART.test(part))
  );
}

/** Between its slashes it may have words' length; a name and `=` may stand before it. */
const isAwsSecret = (part: string): boolean =>
  AWS_SECRET.test(part) && RANDOM_PART.test(part.replaceAll(/[/+]/g, ''));

function without(text: string, secret: string): string {
  const forms = formsOf(secret);
  const least = Math.min(SLICE, secret.length);
  let kept = '';
  for (let at = 0; at < text.length; ) {
    let length = least;
    const shown = () => forms.some((form) => form.includes(text.slice(at, at + length)));
    if (at + least > text.length || !shown()) kept += text[at++];
    else {
      while (at + length < text.length && shown()) length++;
      at += shown() ? length : length - 1;
      kept += '[secret]';
    }
  }
  return kept;
}

/** A secret as a host may write it back. What comes before it in a longer text decides how base64 cuts it. */
function formsOf(secret: string): string[] {
  const shifted = [0, 1, 2].map((shift) => Buffer.from(' '.repeat(shift) + secret));
  const hex = Buffer.from(secret).toString('hex');
  return [
    secret,
    encodeURIComponent(secret),
    hex,
    hex.toUpperCase(),
    ...shifted.flatMap((bytes) => [bytes.toString('base64').slice(2), bytes.toString('base64url').slice(2)]),
  ];
}

import type { Request } from '../domain/request.ts';
import { looksLikeKey, RANDOM_PART } from '../domain/secret-name.ts';

/** A PEM block, whole or cut off at the end. In a URL its spaces may be encoded. */
const PEM = /-----BEGIN\b[\s\S]*?(?:-----END\b[^-]*-----|$)/g;
/** The end of a PEM block whose beginning was cut off. Spaces or line breaks separate its lines. */
const PEM_END = /(?:[\w+/=%\\]{32,}\s+)*[\w+/=%\\]*\s*-----END\b[^-]*(?:-----|$)/g;
const BEARER = /\bBearer\s+[^\s"',;]+/gi;
/** `TOKEN_FIELD` finds a token by the name of its field, `JWT` by its form, in up to five parts. */
const TOKEN_FIELD = /(\b(?:access|refresh|id|subject)_token\\*["']?\s*[:=]\s*\\*["']?)[\w.~+/=-]+/gi;
const JWT = /\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g;
const API_KEY = /\b(?:sk|sess|rk|ek)-[\w*.-]+/g;
/** Longer than most names. It may be a key or a certificate in base64, with its shorter last line. */
const LONG_TOKEN = /[\w+/=-]{40,}(?:\s+[A-Za-z0-9+/]{2,}={1,2}(?![\w+/=]))?/g;
/** Longer than any id of the API. */
const LONGEST_ID = 60;
/** A SHA-256 fingerprint or digest in our own print: operators compare it, and it is no secret. */
const FINGERPRINT = /^[0-9a-f]{64}$/;
/** The form of an AWS secret access key. */
const AWS_SECRET = /^[A-Za-z0-9/+]{40}$/;
const HEX = /^[0-9a-f]{40,}$/i;
/** Text beside a known secret, on either side: part of a certificate that resembles the known one. */
const BESIDE_SECRET = /[\w+/]{8,}(?=\[secret\])|(?<=\[secret\])[\w+/]{8,}/g;
const MAX_LENGTH = 300;
/** Characters that are read of a text, which may be megabytes long. Nobody would be shown more. */
const MAX_READ = 4_096;
/** Characters of a known secret that give it away: a host may show only the end of a key. */
const SLICE = 16;

/**
 * Returns a text from outside that is fit for errors and logs (I14): one line of at most 300 characters. It
 * contains no PEMs, bearer tokens, API keys or long tokens. It contains none of the given secrets either,
 * whole or in part, plain or encoded.
 */
export function scrub(text: string, secrets: readonly string[] = []): string {
  // PEMs are removed before the secrets. Two certificates have text in common, so removing one first could
  // take off the other's marker.
  const read = text.slice(0, MAX_READ).replace(PEM, '[PEM]');
  const known = secrets.filter((secret) => secret.length > 0).reduce(without, read);
  const beside = known.includes('[secret]') ? known.replace(BESIDE_SECRET, '') : known;
  // Searched only when an end marker is there: this search costs more than all the others together.
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

/**
 * Returns a request for the journal. Text that a person wrote into it may contain the very secret it talks
 * about (I14).
 */
export const scrubbedRequest = (request: Request): Request => ({
  ...request,
  ...('reason' in request && request.reason && { reason: scrub(request.reason) }),
  ...(request.startedBy && looksLikeKey(request.startedBy) && { startedBy: '[key]' }),
});

/**
 * Whether a token looks random. The name of an execution or of a secret may be as long as a key, and stays.
 */
function isSecretLike(token: string): boolean {
  if (FINGERPRINT.test(token)) return false;
  return (
    token.length >= LONGEST_ID ||
    HEX.test(token) ||
    token.split('=').some(isAwsSecret) ||
    token.split(/[/_+=\s-]+/).some((part) => RANDOM_PART.test(part))
  );
}

/** Without its slashes and plus signs it has to look random. A name and `=` may stand before it. */
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

/**
 * Returns the forms in which a host may write a secret back. In a longer text, what comes before the secret
 * shifts its base64.
 */
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

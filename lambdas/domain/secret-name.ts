import * as z from 'zod';
import { shown } from './bad-fields.ts';

// What Secrets Manager accepts, without anything that could widen the IAM resource that is built from it.
const SECRET_NAME = /^[\w/+=.@-]{1,512}$/;
const SECRET_ARN = /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;

/** Returns a schema's message about a value that is not what it has to be. */
export const says = (what: string) => (issue: { input?: unknown }) => `${shown(issue.input)} is not ${what}`;

/** A secret of Secrets Manager, by its name or its full ARN. */
export const secretSchema = z
  .string()
  .refine((text) => !text.startsWith('sk-') && (SECRET_NAME.test(text) || SECRET_ARN.test(text)), {
    // Somebody may have put the key itself where its secret's name belongs (I14).
    error: (issue) =>
      /^sk-|-----BEGIN|^\s*\{/.test(String(issue.input))
        ? "is a key, not a secret's name or its full ARN: it is not shown here, and should be replaced"
        : says("a secret's name or its full ARN")(issue),
  });

/**
 * Returns a secret's name, from the name itself or from the ARN that ends in it and six characters of AWS's
 * own.
 */
export const nameOfSecret = (secret: string): string =>
  /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:(.+)-[A-Za-z0-9]{6}$/.exec(secret)?.[1] ?? secret;

/** True for one secret, by name or by ARN. Two ARNs may have one name in two accounts or regions. */
export const isSameSecret = (one: string, other: string): boolean =>
  one.startsWith('arn:') && other.startsWith('arn:')
    ? one === other
    : nameOfSecret(one) === nameOfSecret(other);

/** A part of a random text: names that people choose are words, and the API's ids have one case. */
export const RANDOM_PART = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{12,}$/;

/** A part of a key in one case. After a key's beginning, no name goes on like that. */
const ONE_CASE_PART = /^(?=.*[a-z])(?=.*\d)[a-z\d]{20,}$/i;

/** An API key by its beginning, and a line of a PEM or of anything else in base64. */
const AFTER_PREFIX = /(?<![\w-])(?:sk|sess|rk|ek)-([\w-]+)/;
const BASE64_LINE = /[A-Za-z0-9+/]{60,}/;
const JWT = /\beyJ[\w-]{6,}\.[\w-]/;

/**
 * Whether a text is an API key, a token or a part of a PEM that somebody has pasted in place of an id or a
 * name (I14). A name that only begins as keys do is not: an emergency must not be refused for it.
 */
export function looksLikeKey(text: string): boolean {
  const parts = (AFTER_PREFIX.exec(text)?.[1] ?? '').split(/[_-]/);
  const line = BASE64_LINE.exec(text)?.[0] ?? '';
  return (
    parts.some((part) => RANDOM_PART.test(part) || ONE_CASE_PART.test(part)) ||
    RANDOM_PART.test(line) ||
    JWT.test(text) ||
    text.includes('-----BEGIN')
  );
}

/** A PEM with something in it: a sentence may say what one begins with. Cut short, it goes on to the end. */
const FILLED_PEM =
  /-----BEGIN\b[^-]*-----(?=[\s\S]*?-----END\b|(?:\s|\\n)*[A-Za-z0-9+/=]{16})[\s\S]*?(?:-----END\b[^-]*-----|$)/g;
const ANY_KEY = /\b(?:sk|sess|rk|ek)-[\w*.-]+/g;
const ANY_JWT = /\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g;

/**
 * Returns a text of our own without the PEM, the key or the token that somebody gave in the place of a name
 * or a file (I14). All else stays: a path or an ARN that looks like a key is what the reader has to mend.
 */
export const withoutKeys = (text: string): string =>
  text
    .replace(FILLED_PEM, '[PEM]')
    .replace(ANY_JWT, '[token]')
    .replace(ANY_KEY, (key) => (looksLikeKey(key) ? '[key]' : key));

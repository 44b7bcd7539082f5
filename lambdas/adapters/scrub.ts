const PEM = /-----BEGIN [\s\S]*?(?:-----END [^-]*-----|$)/g;
const BEARER = /\bBearer\s+[^\s"',;]+/gi;
const API_KEY = /\b(?:sk|sess|rk|ek)-[\w*.-]+/g;
/** Longer than any id of the API's: what is left may be a key or a certificate in base64. */
const LONG_TOKEN = /[\w+/=-]{60,}/g;
const MAX_LENGTH = 300;

/**
 * A text from outside made fit for errors and logs (I14): one line, at most 300 characters, without PEMs, bearer
 * tokens, API keys or long tokens, nor any of the given secrets.
 */
export function scrub(text: string, secrets: readonly string[] = []): string {
  const known = secrets.filter((secret) => secret.length > 0);
  const clean = known
    .reduce((kept, secret) => kept.replaceAll(secret, '[secret]'), text)
    .replace(PEM, '[PEM]')
    .replace(BEARER, 'Bearer [key]')
    .replace(API_KEY, '[key]')
    .replace(LONG_TOKEN, '[token]')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean;
}

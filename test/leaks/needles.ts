import { createPrivateKey } from 'node:crypto';

/** The shortest part of a secret that counts as a leak, in characters. */
const SLICE = 24;
/** Every slice contains a whole block of this length that begins at a multiple of it. */
const BLOCK = SLICE / 2;

/** The secrets to look for, each under a name that a failing test may show. */
export type Needles = ReadonlyMap<string, string>;

/**
 * Makes a search for any 24 consecutive characters of any of the secrets. It finds each secret as it is, in
 * base64 and base64url at every alignment, in hex, URL-encoded, escaped as JSON once and twice, and without
 * line breaks. It returns the name of each secret found and the text before it, never the value.
 */
export function searchFor(needles: Needles): (text: string) => string[] {
  const blocks = new Map<string, { what: string; form: string; at: number }[]>();
  for (const [what, secret] of needles)
    for (const form of formsOf(secret))
      for (let at = 0; at + BLOCK <= form.length; at += BLOCK) {
        const block = form.slice(at, at + BLOCK);
        blocks.set(block, [...(blocks.get(block) ?? []), { what, form, at }]);
      }
  return (text) => {
    const found = new Set<string>();
    for (let i = 0; i + BLOCK <= text.length; i++)
      for (const { what, form, at } of blocks.get(text.slice(i, i + BLOCK)) ?? []) {
        const [start, end] = commonAround(text, i, form, at);
        // The words before it tell where it was found.
        if (end - start >= SLICE)
          found.add(`${what}, after ${JSON.stringify(text.slice(Math.max(0, start - 160), start))}`);
      }
    return [...found];
  };
}

/** Returns the longest part of a text around `i` that equals the form around `at`. */
function commonAround(text: string, i: number, form: string, at: number): [number, number] {
  let [before, after] = [0, 0];
  while (i - before > 0 && at - before > 0 && text[i - before - 1] === form[at - before - 1]) before++;
  while (i + after < text.length && at + after < form.length && text[i + after] === form[at + after]) after++;
  return [i - before, i + after];
}

/** Returns a secret in every form. A private key is also searched for by its bytes. */
export function formsOf(secret: string): string[] {
  const body = secret.replace(/-----[^-]+-----|\s/g, '');
  const texts = secret.includes('-----BEGIN') ? [secret, body] : [secret];
  return [...new Set([...texts.flatMap(written), ...bytesOf(secret)])].filter((form) => form.length >= SLICE);
}

const written = (text: string): string[] => {
  const once = JSON.stringify(text).slice(1, -1);
  return [
    text,
    once,
    JSON.stringify(once).slice(1, -1),
    encodeURIComponent(text),
    ...encoded(Buffer.from(text)),
  ];
};

function encoded(bytes: Buffer): string[] {
  const shifted = [0, 1, 2].map((by) => Buffer.concat([Buffer.alloc(by), bytes]));
  const hex = bytes.toString('hex');
  return [
    hex,
    hex.toUpperCase(),
    // The first and the last characters contain bits of the neighbouring bytes.
    ...shifted
      .flatMap((part) => [part.toString('base64'), part.toString('base64url')])
      .map((form) => form.slice(4, -4)),
  ];
}

/**
 * Returns the bytes of a private key. The bytes of a certificate are public: its key identifiers are evidence
 * and are meant to be seen.
 */
function bytesOf(secret: string): string[] {
  if (!secret.includes('PRIVATE KEY')) return [];
  const { d = '' } = createPrivateKey(secret).export({ format: 'jwk' });
  return [d, ...encoded(Buffer.from(d, 'base64url'))];
}

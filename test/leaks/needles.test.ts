import { expect, test } from 'vitest';
import { createAuthority, issueLeaf } from '../../simulation/certificates/pki.ts';
import { searchFor } from './needles.ts';

const validity = { notBefore: 1_700_000_000, notAfter: 1_900_000_000 };
const leaf = await issueLeaf(await createAuthority({ name: 'acme', ...validity }), {
  commonName: 'a',
  ...validity,
});
const apiKey = 'sk-proj-Q2hhbmdlIHRoaXMga2V5-0123456789_abc';
const search = searchFor(
  new Map([
    ['the key', apiKey],
    ['the leaf', leaf.certificateChain],
    ['the private key', leaf.privateKey],
  ]),
);

const base64 = (text: string) => Buffer.from(text).toString('base64');
const within = (middle: string) => `{"level":"ERROR","message":"it said ${middle} and more"}`;
const body = leaf.privateKey.replace(/-----[^-]+-----|\s/g, '');

test.for<[string, string, string]>([
  ['a key as it is', apiKey, 'the key'],
  ['24 characters of a key', apiKey.slice(7, 31), 'the key'],
  ['a bearer token in base64', base64(`Bearer ${apiKey}`), 'the key'],
  ['the same after two more bytes', base64(`x:Bearer ${apiKey}:`), 'the key'],
  ['a key in base64url', Buffer.from(`?${apiKey}`).toString('base64url'), 'the key'],
  ['a key in hex', Buffer.from(apiKey).toString('hex'), 'the key'],
  ['a key in a URL', `https://h/?q=${encodeURIComponent(apiKey)}`, 'the key'],
  ['a chain', leaf.certificateChain, 'the leaf'],
  ['a chain in JSON', JSON.stringify({ leaf: leaf.certificateChain }), 'the leaf'],
  ['a chain in JSON in JSON', JSON.stringify(JSON.stringify({ leaf: leaf.certificateChain })), 'the leaf'],
  ['the seam of two lines of a PEM without its line breaks', body.slice(52, 76), 'the private key'],
  ['a PEM in base64', base64(leaf.privateKey), 'the private key'],
  ['a PEM in a URL', encodeURIComponent(leaf.privateKey), 'the private key'],
  [
    'the bytes of a private key in hex',
    Buffer.from(body, 'base64').toString('hex').slice(60, 140),
    'the private key',
  ],
])('the search finds %s', ([, text, what]) => {
  expect(search(within(text)).some((found) => found.startsWith(what))).toBe(true);
});

test('the search takes nothing else for a secret, and shows none', () => {
  expect(search(within(apiKey.slice(0, 23)))).toEqual([]);
  expect(search(within('sk-proj-something-else-0123456789'))).toEqual([]);
  expect(search(within(apiKey)).join()).not.toContain(apiKey.slice(0, 23));
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { casIn, withCaKeys } from '../../../bin/execution/ca-keys.ts';
import { authorityOf, issuingKeyOf, leafOf } from '../../../simulation/certificates/material.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_a'], reason: 'leaked' };
const { certificateChain, privateKey } = leafOf({
  ...{ line: 'acme', generation: 0, client: 'api', intermediate: true },
});
const [leaf = '', issuing = ''] = certificateChain.split(/(?<=-----END CERTIFICATE-----\n)/);

/** Returns the request of an emergency that is given files with these texts. */
async function given(...texts: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'windlass-ca-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ca = texts.map((_, i) => join(folder, `ca-${i}.pem`));
  await Promise.all(ca.map((file, i) => writeFile(file, texts[i] ?? '')));
  return withCaKeys(fire, await casIn({ ca }));
}

describe('rotate --ca', () => {
  it('names the key of each CA in its files once', async () => {
    const root = authorityOf('acme', 1).pem;
    const { keys } = (await given(issuing + root, issuing)) as { keys?: string[] };
    expect(keys).toHaveLength(2);
    expect(keys?.[0]).toBe(issuingKeyOf(authorityOf('acme', 0)));
  });

  it('has each with its file and its subject, for whoever has to agree', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'windlass-ca-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'bundle.pem');
    await writeFile(file, issuing + authorityOf('acme', 1).pem);
    expect(await casIn({ ca: [file, file] })).toMatchObject([
      { file, subject: 'CN=acme 0 issuing', digest: issuingKeyOf(authorityOf('acme', 0)) },
      { file, subject: 'CN=acme 1' },
    ]);
  });

  it.each([
    ['no certificate', 'hello', /ca-0\.pem holds no certificate: give the CA's certificate as PEM/],
    ['a private key', issuing + privateKey, /ca-0\.pem holds a private key/],
    ['a leaf', leaf, /ca-0\.pem: its certificate is no CA's/],
    ['a leaf among others', issuing + leaf, /ca-0\.pem: its certificate 2 is no CA's/],
    ['a certificate cut short', issuing.slice(0, 200), /ca-0\.pem: its certificate cannot be read/],
  ])('refuses %s, and tells nothing of what is in the file (I14)', async (_, text, expected) => {
    const error = await given(text).catch((one: Error) => one);
    if (!(error instanceof Error)) throw new Error('it was taken');
    expect(error.message).toMatch(expected);
    for (const line of text.split('\n').filter((one) => one.length > 4))
      expect(error.message).not.toContain(line);
  });

  it('refuses a file that is not there', async () => {
    await expect(casIn({ ca: ['/nowhere/ca.pem'] })).rejects.toThrow('/nowhere/ca.pem');
  });
});

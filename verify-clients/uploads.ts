import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issueLeaf, type LeafCredential } from '../simulation/certificates/pki.ts';

/** PEM files: certificates that may be uploaded, certificates that may not, and leaves of the former. */
export type Uploads = {
  authority: string;
  several: string;
  expiring: string;
  noAuthority: string;
  leaf: Pair;
  leafOfSecond: Pair;
  leafWithoutAki: Pair;
};

type Pair = { certificateFile: string; keyFile: string };

const [HOUR, DAY] = [3_600, 86_400];

/** Makes certificates of our own and writes them into a folder. */
export async function writeUploads(folder: string): Promise<Uploads> {
  const now = Math.floor(Date.now() / 1000);
  const validity = { notBefore: now - HOUR, notAfter: now + 300 * DAY };
  const [first, second] = ['first', 'second'].map((name) => createAuthority({ name, ...validity }));
  if (!first || !second) throw new Error('there are two authorities');
  const written = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const pair = async (name: string, { certificateChain, privateKey }: LeafCredential): Promise<Pair> => ({
    certificateFile: await written(`${name}.pem`, certificateChain),
    keyFile: await written(`${name}.key`, privateKey),
  });
  const leaf = { commonName: 'somebody', ...validity };
  return {
    authority: await written('authority.pem', first.pem),
    several: await written('several.pem', first.pem + second.pem),
    expiring: await written(
      'expiring.pem',
      createAuthority({ name: 'expiring', ...validity, notAfter: now + HOUR }).pem,
    ),
    noAuthority: await written('no-authority.pem', issueLeaf(first, leaf).certificateChain),
    leaf: await pair('leaf', issueLeaf(first, leaf)),
    leafOfSecond: await pair('leaf-of-second', issueLeaf(second, leaf)),
    leafWithoutAki: await pair('leaf-without-aki', issueLeaf(first, { ...leaf, omitAki: true })),
  };
}

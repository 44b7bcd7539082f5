import { type Authority, createAuthority, issueIntermediate, issueLeaf, type LeafCredential } from './pki.ts';

/** Long before and after anything that is simulated: in here the API's dates are what expires an anchor. */
const ALWAYS = { notBefore: 1_000_000_000, notAfter: 4_000_000_000 };

export type LeafFlaw = 'expired' | 'withoutAki' | 'wrongKey';

/** Real certificates, made at first use and kept for the life of the process: making them is what takes time. */
const authorities = new Map<string, Authority>();
const leaves = new Map<string, LeafCredential>();

/** One generation of a line. One that was `renewed` from the last has its name and key, so their leaves chain to both. */
export const authorityOf = (line: string, generation: number, renewed = false): Authority =>
  kept(authorities, `${line}@${generation}${renewed ? ' renewed' : ''}`, () => {
    if (!renewed) return createAuthority({ name: `${line} ${generation}`, ...ALWAYS });
    const { name, keys } = authorityOf(line, generation - 1);
    // Another period, or it would be the same certificate.
    return createAuthority({ name, keys, ...ALWAYS, notAfter: ALWAYS.notAfter - generation });
  });

export type LeafAbout = {
  client: string;
  line: string;
  generation: number;
  renewed?: boolean;
  /** Issued by a CA under the anchor, which it sends along. */
  intermediate?: boolean;
  flaw?: LeafFlaw | undefined;
  /** Tells a leaf from another one of the same client and anchor. */
  serial?: number;
};

/** A client's leaf under an anchor, with its chain and key. */
export function leafOf(about: LeafAbout): LeafCredential {
  const { client, line, generation, renewed, intermediate, flaw } = about;
  return kept(leaves, JSON.stringify(about), () => {
    const root = authorityOf(line, generation, renewed);
    const issuer = intermediate ? intermediateOf(root) : root;
    return issueLeaf(issuer, {
      commonName: client,
      ...ALWAYS,
      ...(flaw === 'expired' && { notAfter: ALWAYS.notBefore + 1 }),
      ...(flaw === 'withoutAki' && { omitAki: true }),
      ...(flaw === 'wrongKey' && { wrongKey: true }),
    });
  });
}

const intermediateOf = (root: Authority): Authority =>
  kept(authorities, `${root.pem} issuing`, () =>
    issueIntermediate(root, { name: `${root.name} issuing`, ...ALWAYS }),
  );

function kept<T>(pool: Map<string, T>, key: string, make: () => T): T {
  const made = pool.get(key) ?? make();
  pool.set(key, made);
  return made;
}

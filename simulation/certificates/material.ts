import { createHash } from 'node:crypto';
import {
  type Authority,
  createAuthority,
  crossSign,
  issueIntermediate,
  issueLeaf,
  type LeafCredential,
} from './pki.ts';

/**
 * Long before and after everything that is simulated, so that here the API's dates
 * expire an anchor. Unix seconds.
 */
const ALWAYS = { notBefore: 1_000_000_000, notAfter: 4_000_000_000 };
const LONG_OVER = { ...ALWAYS, notAfter: ALWAYS.notBefore + 1 };

/**
 * What is wrong with a leaf. A `forged` leaf names its anchor and that anchor's key, but another key has
 * signed it. For an `unplaced` leaf the secret holds the leaf alone, and its workload has the intermediate
 * from somewhere else. A `forServers` leaf was issued by a CA that is for servers alone.
 */
export type LeafFlaw = 'expired' | 'withoutAki' | 'wrongKey' | 'forged' | 'unplaced' | 'forServers';

/**
 * Real certificates, made at first use and kept for the life of the process, since making them takes time.
 */
const authorities = new Map<string, Authority>();
const leaves = new Map<string, LeafCredential>();
const certificates = new Map<string, string>();

/**
 * A line whose certificates have no subject key identifier. The API accepts them (F13), and only a
 * signature tells whose a leaf is.
 */
const WITHOUT_KEY_ID = 'globex';

/** A line whose certificates have an empty subject, which the API accepts as well. */
const WITHOUT_NAME = 'umbrella';

/**
 * One generation of a line. A `renewed` one has the name and key of the one
 * before, so their leaves lead to both.
 */
export const authorityOf = (line: string, generation: number, renewed = false): Authority =>
  kept(authorities, `${line}@${generation}${renewed ? ' renewed' : ''}`, () => {
    const about = { ...ALWAYS, omitSki: line === WITHOUT_KEY_ID };
    if (!renewed)
      return createAuthority({ name: line === WITHOUT_NAME ? '' : `${line} ${generation}`, ...about });
    const { name, keys } = authorityOf(line, generation - 1);
    // Another period, since it would be the same certificate otherwise.
    return createAuthority({ name, keys, ...about, notAfter: ALWAYS.notAfter - generation });
  });

/**
 * The key of an authority under another name. A leaf of one leads to that one only, and
 * the holder of the key has both.
 */
export const twinOf = (twin: Authority, name: string): Authority =>
  kept(authorities, `${idOf(twin)} as ${name}`, () => createAuthority({ name, keys: twin.keys, ...ALWAYS }));

export type LeafOptions = {
  client: string;
  /** Issued by a CA under the anchor, which the client sends along. */
  intermediate?: boolean | undefined;
  flaw?: LeafFlaw | undefined;
  /** Tells a leaf from another one of the same client and anchor. */
  serial?: number;
  /** When the leaf begins to be valid: Unix seconds. */
  from?: number | undefined;
  /** When the leaf, or its intermediate where it has one, ends: Unix seconds. */
  until?: number | undefined;
  /** The authority that vouches for the leaf's own by a cross-certificate, which the client sends along. */
  by?: Authority | undefined;
  /**
   * The authority below which it is the very same leaf. The leaf's own authority has certified that one's
   * intermediate as well, so only the chain differs.
   */
  sameAs?: Authority | undefined;
  /**
   * The client sends along CA certificates that no path needs: one that expired long
   * ago, and a bundle of many years.
   */
  baggage?: boolean | undefined;
};

export type LeafAbout = Omit<LeafOptions, 'by' | 'sameAs'> & {
  line: string;
  generation: number;
  renewed?: boolean;
};

/** A client's leaf under an anchor, with its chain and key. */
export const leafOf = ({ line, generation, renewed, ...options }: LeafAbout): LeafCredential =>
  leafUnder(authorityOf(line, generation, renewed), options);

/** A client's leaf under an authority. */
export function leafUnder(root: Authority, options: LeafOptions): LeafCredential {
  const { by, sameAs, ...about } = options;
  const names = [root, by, sameAs].map((one) => one && idOf(one));
  return kept(leaves, JSON.stringify([names, about]), () =>
    sameAs ? recertified(root, sameAs, options) : issued(root, options),
  );
}

function issued(
  root: Authority,
  { client, intermediate, flaw, from, until, by, baggage }: LeafOptions,
): LeafCredential {
  const forServers = flaw === 'forServers';
  const hasIssuing = intermediate || flaw === 'unplaced' || forServers;
  const ends = until === undefined ? {} : { notAfter: until };
  const leaf = issueLeaf(hasIssuing ? intermediateOf(root, { until, forServers }) : root, {
    commonName: client,
    ...ALWAYS,
    ...(from !== undefined && { notBefore: from }),
    ...(!hasIssuing && ends),
    ...(flaw === 'expired' && LONG_OVER),
    ...(flaw === 'withoutAki' && { omitAki: true }),
    ...(flaw === 'wrongKey' && { wrongKey: true }),
    ...(flaw === 'forged' && { forged: true }),
  });
  const chain = flaw === 'unplaced' ? aloneIn(leaf.certificateChain) : leaf.certificateChain;
  const carried = [
    by && crossCertificate(by, root),
    baggage && formerOf(root).pem,
    baggage && bundleOf(root),
  ];
  return { ...leaf, certificateChain: [chain, ...carried].filter(Boolean).join('') };
}

/**
 * The leaf that a client has below another authority, with the certificate that `root` has
 * given to that one's intermediate.
 */
function recertified(root: Authority, former: Authority, { client, by }: LeafOptions): LeafCredential {
  const { certificateChain, privateKey } = leafUnder(former, { client, intermediate: true });
  return {
    certificateChain:
      aloneIn(certificateChain) +
      crossCertificate(root, intermediateOf(former, { until: undefined, forServers: false })) +
      (by ? crossCertificate(by, root) : ''),
    privateKey,
  };
}

const aloneIn = (chain: string): string => chain.split(END)[0] + END;

const END = '-----END CERTIFICATE-----\n';

/** The certificate by which one authority vouches for another. PEM. */
export const crossCertificate = (by: Authority, root: Authority): string =>
  kept(certificates, `${idOf(root)} by ${idOf(by)}`, () => crossSign(by, root, ALWAYS));

/** With so many years of certificates in both directions, there are more paths than anybody could count. */
const YEARS = 7;

/**
 * The certificates by which an authority and another one, which nobody has uploaded, vouch
 * for each other every year. PEM.
 */
const bundleOf = (root: Authority): string =>
  kept(certificates, `${idOf(root)} bundled`, () => {
    const other = kept(authorities, 'beside all', () => createAuthority({ name: 'beside all', ...ALWAYS }));
    const years = Array.from({ length: YEARS }, (_, year) => ({
      ...ALWAYS,
      notAfter: ALWAYS.notAfter - year,
    }));
    return years
      .map((validity) => crossSign(root, other, validity) + crossSign(other, root, validity))
      .join('');
  });

const intermediateOf = (
  root: Authority,
  { until: notAfter = ALWAYS.notAfter, forServers }: { until: number | undefined; forServers: boolean },
): Authority =>
  kept(authorities, `${idOf(root)} issuing ${notAfter} ${forServers}`, () =>
    issueIntermediate(root, { name: `${root.name} issuing`, ...ALWAYS, notAfter, forServers }),
  );

/** The SHA-256 of the public key (SPKI, hex) of the CA that issues below an authority. */
export const issuingKeyOf = (
  root: Authority,
  { until, flaw }: Pick<LeafOptions, 'until' | 'flaw'> = {},
): string =>
  createHash('sha256')
    .update(
      intermediateOf(root, { until, forServers: flaw === 'forServers' }).keys.publicKey.export({
        type: 'spki',
        format: 'der',
      }),
    )
    .digest('hex');

const formerOf = (root: Authority): Authority =>
  kept(authorities, `${idOf(root)} former`, () =>
    issueIntermediate(root, { name: `${root.name} former`, ...LONG_OVER }),
  );

/** Numbers of authorities, since a PEM is a long name. */
const ids = new WeakMap<Authority, number>();
let authoritiesNamed = 0;

function idOf(authority: Authority): number {
  const id = ids.get(authority) ?? ++authoritiesNamed;
  ids.set(authority, id);
  return id;
}

function kept<T>(pool: Map<string, T>, key: string, make: () => T): T {
  const made = pool.get(key) ?? make();
  pool.set(key, made);
  return made;
}

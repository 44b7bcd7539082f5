import type { X509Certificate } from 'node:crypto';
import type { LeafFacts } from '../../domain/leaf/leaf-facts.ts';
import { comingWays } from './coming-ways.ts';
import { lastWayEnded } from './ended-ways.ts';
import { chainDigestOf, fingerprint } from './fingerprint.ts';
import { authoritiesOf } from './key-ids.ts';
import { carriedBy } from './keys.ts';
import { type Credential, leafProblems, materialProblems } from './leaf-problems.ts';
import { nameToTell } from './names.ts';
import { outdatedKey } from './outdated.ts';
import { restrictedBy, restrictionOn, unknownCritical } from './path-restrictions.ts';
import { allows, issuedBy, pathProblem, pathsFrom, signedBelow, untilBelow, waysFrom } from './paths.ts';
import { certificatesIn, strayMarker } from './pem.ts';

type Anchors = readonly { anchorId: string; pem: string }[];

/**
 * Looks offline at a client certificate chain (PEM, leaf first) at `now` (Unix seconds). Returns its
 * fingerprint, the anchors that it leads to by signature and until when, and its problems in plain words (F7,
 * F13). Does not throw for a bad leaf: an unreadable chain is a problem too, with an empty fingerprint.
 *
 * `unprobed` is for a leaf to which a client is moved without asking a host first. Then a path that every
 * validation refuses does not count. For a leaf in use such a path counts: the leaf may get in all the same,
 * and must not be taken for one that has nothing to lose (I1).
 */
export function inspectLeaf(
  credential: Credential,
  anchors: Anchors,
  now: number,
  { unprobed = false }: { unprobed?: boolean } = {},
): LeafFacts {
  const [leaf, ...rest] = certificatesIn(credential.certificateChain);
  if (!leaf) return unreadable(credential);
  const intermediates = rest.filter((certificate) => certificate !== null);
  const paths = pathsFrom(leaf, intermediates);
  const reached = [...paths.keys()];
  const lets: typeof allows = (issuer, way) =>
    allows(issuer, way) && !(unprobed && restrictedBy(issuer, way.path) !== null);
  const ways = waysFrom(leaf, reached, now, lets);
  const ends = anchors.flatMap(({ anchorId, pem }) => {
    // In an upload with several certificates only the first is the anchor (F7).
    const anchor = certificatesIn(pem)[0];
    const first = anchor && reached.find(issuedBy(anchor));
    if (!anchor || !first) return [];
    const until = untilBelow(anchor, ways, lets);
    const path = paths.get(first) ?? [];
    const problem = () => (unprobed && restrictionOn([...path, anchor])) || pathProblem(path, now);
    // The leaf itself is the first certificate that is reached.
    return [{ anchorId, isIssuer: first === leaf, until, ...(until === null && { problem: problem() }) }];
  });
  const led = new Set(ends.map(({ anchorId }) => anchorId));
  const signing = anchors.filter(({ anchorId, pem }) => {
    const anchor = certificatesIn(pem)[0];
    return anchor && !led.has(anchorId) && reached.some(signedBelow(anchor));
  });
  const flaws = [
    ...materialProblems(leaf, credential),
    ...(unprobed ? [...unknownCritical(leaf), ...outdatedKey(leaf)] : []),
  ];
  const deadEnds = new Set(ends.flatMap(({ anchorId, until }) => (until === null ? anchorId : [])));
  const dead = anchors.filter(({ anchorId }) => deadEnds.has(anchorId));
  return {
    fingerprint: fingerprint(leaf),
    beginsAt: leaf.validFromDate.getTime() / 1000,
    endsAt: leaf.validToDate.getTime() / 1000,
    ...(dead.length === ends.length && endedAt(lastWayEnded(leaf, reached, dead, now))),
    chain: chainDigestOf(credential.certificateChain),
    chainsTo: [...led],
    ...(signing.length > 0 && { signedBy: signing.map(({ anchorId }) => anchorId) }),
    issuers: ends.flatMap(({ anchorId, isIssuer }) => (isIssuer ? [anchorId] : [])),
    validUntil: Object.fromEntries(
      ends.flatMap(({ anchorId, until }) => (until === null ? [] : [[anchorId, until]])),
    ),
    pathProblems: Object.fromEntries(
      ends.flatMap(({ anchorId, problem }) => (problem ? [[anchorId, problem]] : [])),
    ),
    ...(flaws.length === 0 && comingBy(leaf, reached, dead, now, lets)),
    ...(ends.length === 0 && { chainProblem: chainProblem(reached, credential) }),
    keyIdsAbove: authoritiesOf(reached),
    carries: carriedBy(intermediates, anchors),
    problems: withMarker([...leafProblems(leaf, now), ...flaws], credential),
  };
}

const comingBy = (...told: Parameters<typeof comingWays>): Pick<LeafFacts, 'coming'> => {
  const coming = comingWays(...told);
  return Object.keys(coming).length > 0 ? { coming } : {};
};

const endedAt = (at: number | undefined): Pick<LeafFacts, 'pathsEndedAt'> =>
  at === undefined ? {} : { pathsEndedAt: at };

const unreadable = (credential: Credential): LeafFacts => ({
  ...{
    fingerprint: '',
    chain: chainDigestOf(credential.certificateChain),
    chainsTo: [],
    issuers: [],
    validUntil: {},
    pathProblems: {},
  },
  ...{ keyIdsAbove: [], carries: [] },
  problems: withMarker(['the leaf is not a readable PEM certificate'], credential),
});

/**
 * Every TLS stack skips a certificate whose marker does not stand alone on its line. Otherwise the issuer of
 * the last certificate is missing.
 */
const chainProblem = (reached: readonly X509Certificate[], { certificateChain }: Credential): string =>
  strayMarker(certificateChain) ??
  `neither its chain nor any upload has the issuer "${nameToTell(reached.at(-1)?.issuer)}": is an intermediate missing?`;

/** Adds a marker that does not stand alone on its line to the problems: it is most likely their cause. */
const withMarker = (problems: readonly string[], { certificateChain }: Credential): string[] =>
  problems.length > 0 ? [...problems, strayMarker(certificateChain) ?? []].flat() : [];

import type { ScenarioAnchor, ScenarioLeaf } from './scenario.ts';

/**
 * Ids of the anchors that a leaf leads to: its own and the one that vouches for it,
 * and those of their key and name.
 */
export const chainsTo = (leaf: ScenarioLeaf, anchors: readonly ScenarioAnchor[]): string[] => [
  ...new Set([leaf.anchor, leaf.by ?? []].flat().flatMap((id) => sharing(id, anchors, isSameAuthority))),
];

/** Ids of the anchors that have the key of one, whatever their names. They are compromised together (I15). */
export const sameKeyAs = (id: string, anchors: readonly ScenarioAnchor[]): string[] =>
  sharing(id, anchors, (one, other) => one.key === other.key);

type Identity = { key: string; subject: string };

const isSameAuthority = (one: Identity, other: Identity): boolean =>
  one.key === other.key && one.subject === other.subject;

function sharing(
  id: string,
  anchors: readonly ScenarioAnchor[],
  isShared: (one: Identity, other: Identity) => boolean,
): string[] {
  const own = anchors.find((anchor) => anchor.id === id);
  if (!own) return [];
  const identity = identityOf(own, anchors);
  return anchors.filter((other) => isShared(identityOf(other, anchors), identity)).map((one) => one.id);
}

/**
 * The key of an anchor and the name in its certificate, each by the generation for which it was first made.
 */
function identityOf(anchor: ScenarioAnchor, anchors: readonly ScenarioAnchor[]): Identity {
  const { line, generation, renewed, twin } = anchor;
  const other = twin && anchors.find(({ id }) => id === twin.of);
  if (other) {
    const { key, subject } = identityOf(other, anchors);
    return { key, subject: twin.isSame ? subject : `${line} ${generation}` };
  }
  const first = `${line} ${renewed ? generation - 1 : generation}`;
  return { key: first, subject: first };
}

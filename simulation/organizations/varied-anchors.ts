import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { type Chance, chanceAt } from '../chance/chance.ts';
import type { Scenario, ScenarioAnchor } from './scenario.ts';

const DAY = 86_400;

type Anchors = Pick<Scenario, 'projects' | 'anchors'>;

/**
 * Adds, in a share of seeds, anchors that have another anchor's key, and anchors
 * that vouch for another's (I15).
 */
export function variedAnchors(seed: number, organization: Anchors, start: number): Anchors {
  const chance = chanceAt(seed, 'varied anchors');
  if (!chance.happens(0.3)) return organization;
  const { projects, anchors } = organization;
  const varied = chance.pick([nextAsTwin, uploadedAgain, umbrella, umbrella])(organization, chance, start);
  const all = chance.happens(0.7) ? varied : anchors;
  return { projects, anchors: chance.happens(0.5) ? withBundle(all, chance) : all };
}

/** The next generation has the key of the first, under a name of its own. */
const nextAsTwin = ({ anchors }: Anchors): ScenarioAnchor[] =>
  anchors.map((anchor) => {
    const first = anchors.find(({ line, generation }) => line === anchor.line && generation === 0);
    if (anchor.generation !== 1 || anchor.renewed || !first) return anchor;
    return { ...anchor, twin: { of: first.id, isSame: false } };
  });

/** Somebody has uploaded a certificate a second time, and perhaps activated it. */
function uploadedAgain({ anchors }: Anchors, chance: Chance): ScenarioAnchor[] {
  const own = chance.pick(anchors);
  const activeIn = chance.some(own.activeIn, 0.5);
  const again = { generation: 200, renewed: false, twin: { of: own.id, isSame: true }, activeIn };
  return [...anchors, { ...own, ...again, id: `${own.id}_again`, name: own.name && `${own.line}@again` }];
}

/** An authority of another name has the key of an anchor, which an operator may have forgotten long ago. */
function umbrella({ projects, anchors }: Anchors, chance: Chance, start: number): ScenarioAnchor[] {
  const scopes: Scope[] = chance.some([ORGANIZATION, ...projects], 0.4);
  const about = { line: 'umbrella', renewed: false, validAt: start - 300 * DAY };
  const twin = { of: chance.pick(anchors).id, isSame: false };
  const days = chance.pick([5, 60, 400]);
  return [
    ...anchors,
    {
      ...{ ...about, id: 'cert_umbrella0', name: 'umbrella@0', generation: 0, twin },
      expiresAt: start + days * DAY,
      activeIn: scopes.length > 0 ? scopes : projects.slice(0, 1),
    },
    {
      ...{ ...about, id: 'cert_umbrella1', name: 'umbrella@1', generation: 1, activeIn: [] },
      expiresAt: start + 500 * DAY,
    },
  ];
}

/** One anchor's upload holds a second certificate: its own for the key of another anchor. */
function withBundle(anchors: readonly ScenarioAnchor[], chance: Chance): ScenarioAnchor[] {
  const [by, vouchedFor] = [chance.pick(anchors), chance.pick(anchors)];
  return anchors.map((anchor) =>
    anchor === by && by !== vouchedFor ? { ...by, bundled: vouchedFor.id } : anchor,
  );
}

import type { Policy } from '../../../lambdas/domain/policy.ts';
import { chanceAt } from '../../../simulation/chance/chance.ts';
import type { ScenarioAnchor } from '../../../simulation/organizations/scenario.ts';
import { isReady } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. Clients are ready
 * for an anchor that outlives their own by only a day. A person uploads the next generation and stages no
 * leaf of it: an upload redirects nothing (F1).
 */
export function uploadBesideAStopgap(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'upload beside a stopgap');
  if (!chance.happens(0.06)) return null;
  const { anchors, clients, policy, start } = around;
  const [first] = clients.filter((one) => isReady(one, around));
  const both = [first?.running.anchor, first?.staged?.anchor];
  const [retiring, stopgap] = both.map((id) => anchors.find((one) => one.id === id));
  if (!retiring || !stopgap || retiring === stopgap) return null;
  const soak = chance.between(2, 20) * HOUR;
  const calm = start + 31 * HOUR;
  const isLater = chance.happens(0.5);
  const next: ScenarioAnchor = {
    ...{ id: `cert_${retiring.line}unstaged`, name: `${retiring.line}@unstaged`, line: retiring.line },
    ...{ generation: 301, renewed: false, validAt: start - 200 * DAY, expiresAt: start + 400 * DAY },
    ...{ activeIn: [], ...(isLater && { later: true }) },
  };
  const ends = new Map([
    [retiring.id, start + policy.leadTime - 2 * DAY],
    [stopgap.id, start + policy.leadTime - DAY],
  ]);
  const isOfPair = ({ running, staged }: (typeof clients)[number]) =>
    running.anchor === retiring.id && staged?.anchor === stopgap.id;
  const at = start + chance.between(60, 30 * HOUR);
  return {
    ...{ calm, end: calm + 2 * soak + 4 * DAY },
    anchors: [...anchors.map((one) => ({ ...one, expiresAt: ends.get(one.id) ?? one.expiresAt })), next],
    clients: clients.filter((one) => isReady(one, around) && isOfPair(one)),
    policy: {
      ...policy,
      soak: soak as Policy['soak'],
      safetyMargin: (6 * HOUR) as Policy['safetyMargin'],
      ...{ hold: [], successions: {} },
    },
    events: isLater ? [{ id: `upload ${next.id}`, at, kind: 'upload', anchor: next.id }] : [],
  };
}

import type { Policy } from '../../../lambdas/domain/policy.ts';
import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. An anchor ends
 * within days, and its successor is a renewal of its key. One of its keyless clients never got in anywhere,
 * since its service account was deleted. So the activation turns nobody away (F7, I17).
 */
export function outsideARenewal(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'outside a renewal');
  if (!chance.happens(0.1)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around) && !one.keyless);
  const find = (id: string | undefined) => anchors.find((one) => one.id === id);
  const isNext = ({ running, staged }: (typeof clients)[number]): boolean =>
    find(staged?.anchor)?.generation === (find(running.anchor)?.generation ?? 0) + 1;
  const [first] = ready.filter(isNext);
  const [retiring, renewal] = [find(first?.running.anchor), find(first?.staged?.anchor)];
  if (!first || !retiring || !renewal) return null;
  const soak = chance.between(2, 20) * HOUR;
  const calm = start + DAY;
  const own = clients.filter((one) => ready.includes(one) && one.running.anchor === retiring.id);
  const deleted = { ...first, name: `${first.name}-deleted`, keyless: true, isUnmapped: true };
  return {
    ...{ calm, end: calm + 2 * soak + 6 * DAY },
    anchors: anchors.map((one) => {
      if (one === retiring) return { ...one, expiresAt: start + 5 * DAY + chance.between(0, DAY) };
      return one === renewal
        ? { ...one, renewed: true, activeIn: [], expiresAt: start + 400 * DAY }
        : { ...one, activeIn: one.line === retiring.line ? [] : one.activeIn };
    }),
    clients: [...own, deleted].map((one) => ({ ...one, running: { anchor: retiring.id }, staged: null })),
    policy: {
      ...policy,
      soak: soak as Policy['soak'],
      safetyMargin: (6 * HOUR) as Policy['safetyMargin'],
      ...{ hold: [], successions: {}, evidence: 'probe', listingScopes: [] },
    },
    events: [],
  };
}

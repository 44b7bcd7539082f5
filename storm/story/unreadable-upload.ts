import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario, ScenarioAnchor, ScenarioEvent } from '../../simulation/organizations/scenario.ts';

const [HOUR, DAY] = [3_600, 86_400];

type Told = { uploads: ScenarioAnchor[]; events: ScenarioEvent[] };

/**
 * In a share of the seeds there is an uploaded anchor of its own authority for which the API gives no
 * certificate: get-one answers 503 for it alone, for hours or for good. No client's leaf depends on it. It
 * may be active wherever mutual TLS is on (I17).
 */
export function unreadableUpload(
  seed: number,
  { anchors, start, calm, end }: Pick<Scenario, 'anchors' | 'start' | 'calm' | 'end'>,
): Told {
  const chance = chanceAt(seed, 'unreadable upload');
  if (!chance.happens(0.06)) return { uploads: [], events: [] };
  const enforced = [...new Set(anchors.flatMap(({ activeIn }) => activeIn))];
  const upload: ScenarioAnchor = {
    ...{ id: 'cert_odd0', line: 'odd', generation: 0, renewed: false },
    name: chance.happens(0.7) ? 'odd@0' : null,
    validAt: start - 200 * DAY,
    expiresAt: start + chance.between(100, 400) * DAY,
    activeIn: chance.happens(0.4) ? [] : chance.some(enforced, 0.5),
  };
  const at = chance.happens(0.6) ? start : chance.between(start, start + 2 * DAY);
  const lasting = chance.pick([HOUR, 20 * HOUR, 2 * DAY]);
  const until = chance.happens(0.5) ? end + DAY : Math.min(calm, at + lasting);
  const broken = `unreadable ${upload.id}` as const;
  return { uploads: [upload], events: [{ id: 'unreadable upload', at, kind: 'trouble', broken, until }] };
}

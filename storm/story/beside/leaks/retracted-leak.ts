import { chanceAt } from '../../../../simulation/chance/chance.ts';
import type { Around, StoryBeside } from '../story-beside.ts';
import { lasting, leakIn } from './leak-in.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. An emergency names
 * the wrong anchor, and a person takes that back. That happens while the emergency is at work, perhaps while
 * no list answers yet, or while a client with nothing to move to holds up its cuts (I15). The anchor lasts
 * for weeks, and no run may cut it any more.
 */
export function retractedLeak(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'retracted leak');
  if (!chance.happens(0.4)) return null;
  const leak = leakIn(around);
  const [first] = leak?.clients ?? [];
  if (!leak || !first) return null;
  const { policy, projects, start } = around;
  const late = { ...first, name: `${first.name}-late`, project: chance.pick(projects), staged: null };
  const request = { mode: 'emergency' as const, anchors: [leak.leaked.id], reason: 'its key leaked' };
  const after = [
    chance.between(1, 30),
    chance.between(30, 10 * MINUTE),
    chance.between(10 * MINUTE, 6 * HOUR),
  ];
  const calm = start + DAY;
  const retract = { id: 'retracted', at: start + 10 + chance.pick(after), anchor: leak.leaked.id };
  const isDown = chance.happens(0.3);
  const until = start + chance.between(20, 20 * MINUTE);
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY, anchors: lasting(leak, around).anchors },
    clients: [...leak.clients, ...(chance.happens(0.6) ? [late] : [])],
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: [
      { id: 'wrong leak', at: start + 10, kind: 'run', request },
      { kind: 'retract', ...retract },
      ...(isDown ? [{ id: 'down beside it', at: start, kind: 'outage' as const, ops: ['list'], until }] : []),
    ],
  };
}

import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady, lineOf } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A client moves to
 * another authority, which is active in the other scope that judges it. During the soak a person puts its old
 * leaf back. The other scope then proves the client, and its own scope cuts the anchor that it runs on by
 * then (I1).
 */
export function backInTheSoak(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'back in the soak');
  if (!chance.happens(0.3)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around) && !one.keyless);
  const [stays] = ready;
  const other = ready.find((one) => stays && lineOf(one, anchors) !== lineOf(stays, anchors));
  if (!stays?.staged || !other?.staged) return null;
  const scopes = chance.happens(0.5) ? [stays.project, ORGANIZATION] : [ORGANIZATION, stays.project];
  const retiring = new Map(
    [stays, other].map(({ running }, i) => [running.anchor, scopes[i] ?? ORGANIZATION]),
  );
  const lines = [stays, other].map((one) => lineOf(one, anchors));
  const mover = { ...stays, name: `${stays.name}-mover`, staged: other.staged };
  const calm = start + policy.soak;
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY },
    // No other anchor of these lines lets anybody in.
    anchors: anchors.map((one) => {
      const scope = retiring.get(one.id);
      if (scope !== undefined) return { ...one, expiresAt: start + 7 * DAY, activeIn: [scope] };
      return lines.includes(one.line) ? { ...one, activeIn: [] } : one;
    }),
    clients: [stays, mover, { ...other, project: stays.project }],
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: [
      { id: 'run for both', at: start + 10, kind: 'run', request: {} },
      {
        ...{ id: `put back ${mover.name}`, at: calm - chance.between(HOUR, 5 * HOUR) },
        ...{ kind: 'stage', client: mover.name, leaf: stays.running, stage: 'AWSCURRENT' },
      },
    ],
  };
}

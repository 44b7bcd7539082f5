import { chanceAt } from '../../../../simulation/chance/chance.ts';
import { issuerKeyOf } from '../../../../simulation/organizations/leaves/scenario-leaves.ts';
import type { ScenarioAnchor } from '../../../../simulation/organizations/scenario.ts';
import { isReady } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';
import { lasting } from './leak-in.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds whose issuing CAs are moved below the next root, in which nothing else
 * goes wrong; null in all others. An emergency says that the key of such a CA leaked. Hours later no secret
 * holds its certificate by the next root any more. That root is uploaded once more, renewed or unchanged, and
 * may be deleted under its first id. New leaves below it are staged. They have another issuing CA, but the
 * leaked key would still get in by that root (I15).
 */
export function renewedCertifier(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'root uploaded again');
  if (!chance.happens(0.7)) return null;
  const { anchors, policy, start } = around;
  const ready = around.clients.filter((one) => one.staged?.sameAs && isReady(one, around));
  const [first] = ready;
  const clients = ready.filter(
    ({ running, staged }) =>
      running.anchor === first?.running.anchor && staged?.anchor === first.staged?.anchor,
  );
  const leaked = anchors.find(({ id }) => id === first?.running.anchor);
  const certifier = anchors.find(({ id }) => id === first?.staged?.anchor);
  const key = first && issuerKeyOf(first.running, anchors);
  if (!leaked || !certifier || !key) return null;
  const { twin: _, activeIn: __, ...about } = certifier;
  const again: ScenarioAnchor = {
    ...{ ...about, id: `${certifier.id}-again`, activeIn: [], later: true },
    ...(chance.happens(0.5)
      ? { twin: { of: certifier.id, isSame: true } }
      : { generation: certifier.generation + 1, renewed: true, expiresAt: certifier.expiresAt + 90 * DAY }),
  };
  const others = anchors.filter(({ line }) => line !== leaked.line);
  const pair = lasting({ leaked, clients }, { ...around, anchors: [leaked, certifier] }).anchors;
  const request = { mode: 'emergency' as const, anchors: [leaked.id], reason: 'its issuing key leaked' };
  const calm = start + DAY;
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY, clients },
    anchors: [
      ...others,
      ...pair.map((one) => ({ ...one, activeIn: one === pair[1] ? [] : one.activeIn })),
      again,
    ],
    policy: { ...policy, hold: [], successions: {}, evidence: 'probe', listingScopes: [] },
    events: [
      { id: 'issuer leaked', at: start + 10, kind: 'run', request: { ...request, keys: [key] } },
      { id: 'uploaded again', at: start + 4 * HOUR, kind: 'upload', anchor: again.id },
      ...(chance.happens(0.5)
        ? [{ id: 'deleted', at: start + 5 * HOUR, kind: 'delete' as const, anchor: certifier.id }]
        : []),
      ...clients.map(({ name }) => ({
        ...{ id: `staged for ${name}`, at: start + 6 * HOUR, kind: 'stage' as const, client: name },
        leaf: { anchor: again.id, intermediate: true },
      })),
    ],
  };
}

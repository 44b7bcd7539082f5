import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import type { ScenarioAnchor, ScenarioClient } from '../../../../simulation/organizations/scenario.ts';
import { isReady } from '../ready-clients.ts';
import type { Around } from '../story-beside.ts';

const DAY = 86_400;

export type Leak = { leaked: ScenarioAnchor; clients: readonly ScenarioClient[] };

/**
 * An anchor that lets clients in by the organization, and those of its clients that may be moved to the same
 * successor.
 */
export function leakIn(around: Around): Leak | null {
  const ready = around.clients.filter((one) => isReady(one, around));
  const isAlone = ({ id }: ScenarioAnchor): boolean =>
    around.anchors.every(({ twin, bundled }) => twin?.of !== id && bundled !== id);
  const above = around.anchors.filter((one) => one.activeIn.includes(ORGANIZATION) && isAlone(one));
  const first = ready.find(({ running }) => above.some(({ id }) => id === running.anchor));
  const leaked = above.find(({ id }) => id === first?.running.anchor);
  const isBeside = ({ running, staged }: ScenarioClient): boolean =>
    running.anchor === leaked?.id && staged?.anchor === first?.staged?.anchor;
  return leaked ? { leaked, clients: ready.filter(isBeside) } : null;
}

/** Lets the leaked anchor and its successor last for weeks, which is all that an emergency needs. */
export const lasting = ({ leaked, clients }: Leak, { anchors, ...around }: Around): Around => ({
  ...around,
  anchors: anchors.map((one) => {
    const isOfPair = [leaked.id, clients[0]?.staged?.anchor].includes(one.id);
    return isOfPair ? { ...one, expiresAt: Math.max(one.expiresAt, around.start + 60 * DAY) } : one;
  }),
});

import { ORGANIZATION } from '../lambdas/domain/anchor.ts';
import { chanceAt } from '../simulation/chance/chance.ts';
import { entranceOf } from '../simulation/in-process/certificates.ts';
import type { World } from '../simulation/in-process/world.ts';
import type { EventLog } from '../simulation/log/event-log.ts';
import { labelOf } from '../simulation/organizations/leaves/leaf-names.ts';
import type { Leaves } from '../simulation/organizations/leaves/scenario-leaves.ts';
import type { Scenario, ScenarioLeaf } from '../simulation/organizations/scenario.ts';
import { sameKeyAs } from '../simulation/organizations/shared-keys.ts';
import type { Timeline } from '../simulation/time/timeline.ts';

const [MINUTE, HOUR] = [60, 3_600];

/**
 * The admin credential's own client certificate, and the operators who look after it (F10). When it is shut
 * out by people or by time, an operator renews it within hours. From the calm on, that takes minutes. Nothing
 * happens when the scenario has no such certificate.
 */
export function createAdminSecret(
  scenario: Scenario,
  world: World,
  leaves: Pick<Leaves, 'ownOf'>,
  { timeline, eventLog }: { timeline: Timeline; eventLog: EventLog },
) {
  const { organization } = world;
  const now = () => Math.floor(timeline.now() / 1000);
  let present: ScenarioLeaf | undefined;
  let [isOut, timesOut] = [false, 0];

  function put(leaf: ScenarioLeaf, by: 'setup' | 'outsider'): void {
    const from = present ? labelOf(present) : null;
    if (from === labelOf(leaf)) return;
    present = leaf;
    world.adminCertificate = leaves.ownOf(leaf);
    eventLog.push({ at: timeline.now(), what: 'admin', by, from, to: labelOf(leaf) });
  }

  const isIn = (leaf: ScenarioLeaf): boolean => entranceOf(world, leaves.ownOf(leaf)).kind === 'accepted';

  /**
   * A certificate of the anchor that the organization will trust longest. One of an anchor that is known to
   * be compromised is taken only when there is no other.
   */
  function best(): ScenarioLeaf | undefined {
    const named = [...(world.table.get('compromised')?.keys() ?? [])];
    const isNamed = (id: string) => named.some((one) => sameKeyAs(one, scenario.anchors).includes(id));
    return organization
      .trusted(ORGANIZATION)
      .organization.toSorted(
        (one, other) =>
          Number(isNamed(one.id)) - Number(isNamed(other.id)) || other.expiresAt - one.expiresAt,
      )
      .map(({ id }): ScenarioLeaf => ({ anchor: id }))
      .find(isIn);
  }

  function renew({ anchor }: { anchor?: string | undefined } = {}): void {
    const next = anchor ? { anchor } : best();
    if (next && isIn(next)) put(next, 'outsider');
    look();
  }

  /** Logs when the credential's calls begin to be refused, and when they are accepted again. */
  function look(): void {
    if (!present || isOut === !isIn(present)) return;
    isOut = !isOut;
    eventLog.push({ at: timeline.now(), what: 'trouble', broken: 'admin certificate', mended: !isOut });
    if (isOut) helpLater();
  }

  function helpLater(): void {
    const chance = chanceAt(scenario.seed, `admin shut out ${++timesOut}`);
    const wait = chance.between(10 * MINUTE, 12 * HOUR);
    const at = Math.max(now() + 10 * MINUTE, Math.min(now() + wait, scenario.calm));
    timeline.at(1000 * at, () => {
      if (!isOut) return;
      renew();
      if (isOut) helpLater();
    });
  }

  if (scenario.admin) {
    put(scenario.admin, 'setup');
    for (const { validAt, expiresAt } of scenario.anchors)
      for (const at of [validAt, expiresAt]) if (at > scenario.start) timeline.at(1000 * at, look);
  }
  return { renew, look };
}

export type AdminSecret = ReturnType<typeof createAdminSecret>;

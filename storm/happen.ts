import type { Chance } from '../simulation/chance/chance.ts';
import type { World } from '../simulation/in-process/world.ts';
import type { createExecutions } from '../simulation/machine/executions.ts';
import type { Allowed, Scenario } from '../simulation/organizations/scenario.ts';
import { KEEPS_STRANGERS_OUT } from '../simulation/organizations/witnesses-of.ts';
import type { AdminSecret } from './admin-secret.ts';
import type { Outsiders } from './outsiders/outsiders.ts';

type Actors = { admin: AdminSecret; outsiders: Outsiders; executions: ReturnType<typeof createExecutions> };
type Deployer = { deploy: (hold: readonly string[]) => void };

/** Makes one event happen. */
export function happen(
  event: Scenario['events'][number],
  chance: Chance,
  { admin, outsiders, executions, deploy, organization }: Actors & Deployer & Pick<World, 'organization'>,
): void {
  if (event.kind === 'run') executions.start(event.request, event.isUnplanned ? 'unplanned' : 'run');
  else if (event.kind === 'upload') outsiders.upload(event.anchor);
  else if (event.kind === 'stage') outsiders.put(event.client, event.leaf, event.stage ?? 'AWSPENDING');
  else if (event.kind === 'rotate') outsiders.rotate(event.client);
  else if (event.kind === 'witness') outsiders.put(event.witness, event.leaf, event.stage);
  else if (event.kind === 'filter')
    organization.setFilter(event.anchor, event.lost ? undefined : KEEPS_STRANGERS_OUT);
  else if (event.kind === 'outsider') outsiders.do(event.deed, chance);
  else if (event.kind === 'relief') outsiders.relieve();
  else if (event.kind === 'retract') outsiders.retract(event.anchor);
  else if (event.kind === 'trust') outsiders.activate(event.scope, event.anchor);
  else if (event.kind === 'rename') outsiders.rename(event.anchor, event.name);
  else if (event.kind === 'delete') outsiders.remove(event.anchor);
  else if (event.kind === 'distrust') outsiders.deactivate(event.scope, event.anchor);
  else if (event.kind === 'admin') admin.renew(event);
  else if (event.kind === 'kill') executions.killAll();
  else if (event.kind === 'hold') deploy(event.hold);
  else if (event.kind === 'emergency') startEmergency(chance, { outsiders, executions }, [], event);
}

/** Starts an emergency over the keys of anchors that are active, or that are about to become active. */
export function startEmergency(
  chance: Chance,
  { outsiders, executions }: Omit<Actors, 'admin'>,
  toCome: readonly string[] = [],
  { allowed = {}, issuers }: { allowed?: Allowed; issuers?: true } = {},
): void {
  const anchors = toCome.length > 0 && chance.happens(0.5) ? toCome : outsiders.suspected(chance);
  if (anchors.length === 0) return;
  const keys = issuers ? outsiders.issuersBelow(anchors) : [];
  const leaked = { anchors, ...(keys.length > 0 && { keys }) };
  executions.start({ mode: 'emergency', ...leaked, reason: 'the keys leaked', ...allowed }, 'emergency');
}

import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { Chance } from '../../simulation/chance/chance.ts';
import type { World } from '../../simulation/in-process/world.ts';
import { leavesToStage } from '../../simulation/organizations/leaves/scenario-leaves.ts';
import type {
  OutsiderDeed,
  Scenario,
  ScenarioClient,
  ScenarioLeaf,
} from '../../simulation/organizations/scenario.ts';
import type { Actor } from '../../simulation/world/trust.ts';
import { deletesWhatIsNamed } from '../story/stale-names.ts';

export type Stage = 'AWSCURRENT' | 'AWSPENDING';

/** What every outsider can do, and the actor that the vendor's log names for it. */
export type Hands = {
  scopes: readonly Scope[];
  existing(): string[];
  put(client: string, leaf: ScenarioLeaf, stage: Stage): void;
  toggle(to: 'activate' | 'deactivate', scope: Scope, anchorId: string): void;
  somebody(): Actor;
};

/** What outsiders do by themselves, each deed at random. */
export function createDeeds(
  scenario: Scenario,
  { organization, secrets }: World,
  { scopes, existing, put, toggle, somebody }: Hands,
): Record<OutsiderDeed, (chance: Chance) => void> {
  return {
    activate(chance) {
      const all = existing();
      if (all.length > 0) toggle('activate', chance.pick(scopes), chance.pick(all));
    },
    deactivate(chance) {
      const scope = chance.pick(scopes);
      const active = existing().filter((id) => organization.isActive(scope, id));
      if (active.length > 0) toggle('deactivate', scope, chance.pick(active));
    },
    empty(chance) {
      const scope = chance.pick(scopes);
      for (const id of existing()) if (organization.isActive(scope, id)) toggle('deactivate', scope, id);
    },
    delete(chance) {
      const { hold, successions } = scenario.policy;
      const later = scenario.events.flatMap((event) => (event.kind === 'hold' ? event.hold : []));
      const isSpared = !deletesWhatIsNamed(scenario.seed);
      const named = new Set(isSpared ? [...hold, ...later, ...Object.entries(successions).flat()] : []);
      const idle = existing().filter(
        (id) => !named.has(id) && !scopes.some((scope) => organization.isActive(scope, id)),
      );
      if (idle.length > 0) organization.remove(chance.pick(idle), somebody());
    },
    'roll-back'(chance) {
      goBack(secrets, chance.pick<ScenarioClient>(scenario.clients).name);
    },
    'stage-again'(chance) {
      const client = chance.pick<ScenarioClient>(scenario.clients);
      put(client.name, chance.pick(leavesToStage(scenario, client)), 'AWSPENDING');
    },
    move(chance) {
      const { name, project } = chance.pick<ScenarioClient>(scenario.clients);
      // A project that does not exist has no anchors.
      if (!scenario.projects.includes(project)) return;
      const trusted = existing().filter((id) =>
        [project, ORGANIZATION].some((scope) => organization.isActive(scope, id)),
      );
      if (trusted.length > 0) put(name, { anchor: chance.pick(trusted) }, 'AWSCURRENT');
    },
  };
}

/** A client's owner makes the version of its secret before (AWSPREVIOUS) current again, if there is one. */
export function goBack(secrets: World['secrets'], SecretId: string): void {
  const previous = secrets.read(SecretId, 'AWSPREVIOUS');
  const RemoveFromVersionId = secrets.read(SecretId, 'AWSCURRENT')?.versionId;
  if (!previous) return;
  const move = { VersionStage: 'AWSCURRENT', RemoveFromVersionId, MoveToVersionId: previous.versionId };
  secrets.operations.UpdateSecretVersionStage({ SecretId, ...move });
}

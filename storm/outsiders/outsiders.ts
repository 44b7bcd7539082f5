import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { type Chance, chanceAt } from '../../simulation/chance/chance.ts';
import type { World } from '../../simulation/in-process/world.ts';
import { labelOf, leafNamed, versionOf } from '../../simulation/organizations/leaves/leaf-names.ts';
import { issuerKeyOf, type Leaves } from '../../simulation/organizations/leaves/scenario-leaves.ts';
import {
  type OutsiderDeed,
  outsiderDeeds,
  type Scenario,
  type ScenarioLeaf,
} from '../../simulation/organizations/scenario.ts';
import { sameKeyAs } from '../../simulation/organizations/shared-keys.ts';
import { KEEPS_STRANGERS_OUT, lastFilterSet } from '../../simulation/organizations/witnesses-of.ts';
import type { Actor } from '../../simulation/world/trust.ts';
import { createDeeds, goBack, type Stage } from './deeds.ts';

/** What people and other programs do to the organization besides Windlass. Nothing checks what they do. */
export function createOutsiders(scenario: Scenario, world: World, leaves: Leaves) {
  const { organization, secrets } = world;
  const scopes: Scope[] = [ORGANIZATION, ...scenario.projects];
  const existing = () => organization.list(ORGANIZATION, { limit: 100 }).data.map(({ id }) => id);
  const versions = new Map<string, number>();
  /** Clients whose API key was rotated. */
  const rotated = new Set<string>();
  let deedsDone = 0;

  function put(client: string, leaf: ScenarioLeaf, stage: Stage): void {
    const label = labelOf(leaf);
    const nth = (versions.get(`${client} ${label}`) ?? 0) + 1;
    versions.set(`${client} ${label}`, nth);
    const isRotated = rotated.has(client);
    secrets.put(client, leaves.secretOf(client, leaf, isRotated), [stage], versionOf(leaf, nth, isRotated));
  }

  function upload(anchorId: string): void {
    const anchor = scenario.anchors.find(({ id }) => id === anchorId);
    if (!anchor || existing().includes(anchorId)) return;
    const { id, name, validAt, expiresAt } = anchor;
    // A filter may have been set for this anchor's id before it was uploaded.
    const set = lastFilterSet(id, scenario.events, organization.now());
    const filter = set === null ? anchor.filter : set === 'lost' ? undefined : KEEPS_STRANGERS_OUT;
    const createdAt = Math.min(validAt, organization.now());
    organization.seed(
      {
        ...{ id, name, createdAt, validAt, expiresAt, pem: leaves.pems.get(id) ?? null },
        ...(filter !== undefined && { filter }),
      },
      [],
      somebody(),
    );
  }

  function toggle(to: 'activate' | 'deactivate', scope: Scope, anchorId: string): void {
    organization.toggle(scope, to, [anchorId], somebody());
  }

  /**
   * The actor of a deed. Sometimes it is a person with our admin key, whom the vendor's log names as
   * Windlass; sometimes it is a person in the console.
   */
  function somebody(): Actor {
    const nth = deedsDone++;
    if (chanceAt(scenario.seed, `our key ${nth}`).happens(0.2)) return 'windlass';
    return chanceAt(scenario.seed, `in the console ${nth}`).happens(0.5) ? 'person' : 'outsider';
  }

  const deeds = createDeeds(scenario, world, { scopes, existing, put, toggle, somebody });

  return {
    put,
    rotate(client: string) {
      rotated.add(client);
      const running = secrets.read(client, 'AWSCURRENT');
      if (running) put(client, leafNamed(running.versionId), 'AWSCURRENT');
    },
    upload,
    goBack: (client: string) => goBack(secrets, client),
    retract(anchorId: string) {
      world.table.get('compromised')?.delete(anchorId);
    },
    activate(scope: Scope, anchorId: string) {
      if (existing().includes(anchorId)) toggle('activate', scope, anchorId);
    },
    rename(anchorId: string, name: string) {
      if (existing().includes(anchorId)) organization.rename(anchorId, name, somebody());
    },
    remove(anchorId: string) {
      const isActive = scopes.some((scope) => organization.isActive(scope, anchorId));
      if (existing().includes(anchorId) && !isActive) organization.remove(anchorId, somebody());
    },
    deactivate(scope: Scope, anchorId: string) {
      if (organization.isActive(scope, anchorId)) toggle('deactivate', scope, anchorId);
    },
    /** Uploads and stages what is missing for clients that run on anchors that an emergency has named. */
    relieve(): void {
      const named = [...(world.table.get('compromised')?.keys() ?? [])];
      const isNamed = (id: string) => named.some((one) => sameKeyAs(one, scenario.anchors).includes(id));
      for (const { name } of scenario.clients) {
        const { anchor } = leafNamed(secrets.read(name, 'AWSCURRENT')?.versionId ?? '');
        const line = scenario.anchors.find(({ id }) => id === anchor)?.line;
        const next = scenario.anchors
          .filter((one) => one.line === line && !isNamed(one.id))
          .toSorted((one, other) => other.expiresAt - one.expiresAt)[0];
        if (!isNamed(anchor) || !next) continue;
        upload(next.id);
        put(name, { anchor: next.id }, 'AWSPENDING');
      }
    },
    /**
     * Stages leaves of the anchors that are about to be cut in a scope. Returns the other active anchors of
     * their lines there: an emergency will name those.
     */
    stageOld(scope: Scope, retiring: readonly string[]): string[] {
      const lineOf = (id: string) => scenario.anchors.find((anchor) => anchor.id === id)?.line;
      for (const { name, project } of scenario.clients) {
        const running = leafNamed(secrets.read(name, 'AWSCURRENT')?.versionId ?? '').anchor;
        const own = retiring.find((id) => lineOf(id) === lineOf(running));
        if (own && [project, ORGANIZATION].includes(scope)) put(name, { anchor: own }, 'AWSPENDING');
      }
      const lines = retiring.map(lineOf);
      return existing().filter(
        (id) => organization.isActive(scope, id) && !retiring.includes(id) && lines.includes(lineOf(id)),
      );
    },
    /** The anchor of the leaf that is staged for a client, if there is one. */
    stagedFor(client: string): string[] {
      const staged = secrets.read(client, 'AWSPENDING');
      return staged ? [leafNamed(staged.versionId).anchor] : [];
    },
    do: (deed: OutsiderDeed, chance: Chance) => deeds[deed](chance),
    /** Changes something at random. */
    interfere: (chance: Chance) => deeds[chance.pick(outsiderDeeds)](chance),
    /** Deactivates one more anchor in a scope: the wanted one when it is active there, or any other. */
    takeOut(scope: Scope = ORGANIZATION, chance: Chance, wanted = '') {
      const active = existing().filter((id) => organization.isActive(scope, id));
      const other = active.length > 0 ? chance.pick(active) : undefined;
      const taken = active.includes(wanted) ? wanted : other;
      if (taken) toggle('deactivate', scope, taken);
    },
    /** The keys of the issuing CAs below these anchors of which clients hold a leaf, running or staged. */
    issuersBelow(anchorIds: readonly string[]): string[] {
      const held = scenario.clients.flatMap(({ name }) =>
        (['AWSCURRENT', 'AWSPENDING'] as const).map((stage) =>
          leafNamed(secrets.read(name, stage)?.versionId ?? ''),
        ),
      );
      const below = held.filter(({ anchor }) => anchorIds.includes(anchor));
      return [...new Set(below.flatMap((leaf) => issuerKeyOf(leaf, scenario.anchors) ?? []))];
    },
    /** The anchors that an emergency names: an active one, if there is any, and sometimes others with it. */
    suspected(chance: Chance): string[] {
      const all = existing();
      const isActive = (id: string) => scopes.some((scope) => organization.isActive(scope, id));
      const active = all.filter(isActive);
      if (active.length === 0) return [];
      // In reality an anchor that another one vouches for seldom leaks. Here it is chosen half of the time,
      // since its key gets in by two ways.
      const vouched = scenario.anchors.flatMap(({ bundled }) => bundled ?? []).filter(isActive);
      const first = chance.pick(vouched.length > 0 && chance.happens(0.5) ? vouched : active);
      const others = chance.happens(0.3) ? chance.some(all, 0.3) : [];
      const mistaken = others.length > 0 && chance.happens(0.1) ? ['cert_mistyped'] : [];
      return [...new Set([first, ...others, ...mistaken])];
    },
  };
}

export type Outsiders = ReturnType<typeof createOutsiders>;

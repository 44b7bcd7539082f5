import { chainDigestOf, fingerprintOf } from '../../lambdas/adapters/x509/fingerprint.ts';
import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { CarriedPlan } from '../../lambdas/domain/plan-document/carried-plan.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { plan } from '../../lambdas/plan.ts';
import { authorityOf, type LeafAbout, leafUnder } from '../../simulation/certificates/material.ts';
import type { RefusesAs } from '../../simulation/certificates/token-exchange.ts';
import { deployClients } from '../../simulation/in-process/clients.ts';
import { inProcessPorts, type PortsOptions } from '../../simulation/in-process/ports.ts';
import { type Wire, type WireCall, wireWith } from '../../simulation/in-process/wire.ts';
import { createWorld } from '../../simulation/in-process/world.ts';
import type { AnchorChoice } from '../../simulation/world/anchor-choice.ts';

export const NOW = 1_800_000_000;
export const DAY = 86_400;
/** An execution that began at the scene's start time. */
export const run = (id: string) => ({ id, startedAt: new Date(NOW * 1000).toISOString() });
export const HOST = 'https://mtls.api.openai.com/v1';

const PROJECTS = ['proj_a', 'proj_b'];

export type SceneAnchor = {
  /** `cert_`, a line and a generation, such as `cert_acme0`. It decides which certificate this is. */
  id: string;
  /** Days from now. */
  expires: number;
  in?: Scope[];
  name?: string | null;
  /** The id of the anchor whose name and key this one shares. */
  renewedFrom?: string;
  /** Its CEL filter (F16). */
  filter?: string;
};
export type SceneLeaf = Pick<LeafAbout, 'flaw' | 'intermediate' | 'from' | 'until'> & {
  anchor: string;
  /** The common name in the leaf. The default is the client's name. */
  as?: string;
  /** Another anchor that has cross-signed the leaf's own anchor. The client sends that certificate along. */
  by?: string;
  /**
   * The other anchor below whose intermediate the client has this very leaf as well. Only the chain differs.
   */
  sameAs?: string;
};
export type SceneClient = {
  name: string;
  project: string;
  running: SceneLeaf;
  staged?: SceneLeaf | null;
  /** Whether the client has no API key and exchanges its leaf for a token (F17). */
  keyless?: boolean;
  /** The hosts that the configuration states for the client. */
  hosts?: string[];
};

/** The identity that a keyless client of a scene states. */
export const idsOf = (client: string) => ({
  identityProviderId: PROVIDER,
  serviceAccountId: `svc_${client}`,
});
const PROVIDER = 'idp_acme';

type SceneOptions = {
  refusesAs?: RefusesAs;
  choice?: AnchorChoice;
  witnesses?: SceneClient[];
  /** Projects besides the usual two. */
  projects?: string[];
  /** Hosts besides the usual one. */
  hosts?: string[];
};

/**
 * An organization in memory. By default acme's first anchor is due, and its second anchor is ready to succeed
 * it.
 */
export async function scene(
  anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
  ],
  clients: SceneClient[] = [
    {
      name: 'billing',
      project: 'proj_a',
      running: { anchor: 'cert_acme0' },
      staged: { anchor: 'cert_acme1' },
    },
  ],
  { refusesAs, choice, witnesses = [], projects = [], hosts = [] }: SceneOptions = {},
) {
  const time = { now: NOW };
  const world = createWorld({
    now: () => time.now,
    projects: [...PROJECTS, ...projects].map((id) => ({ id, name: id })),
    hosts: [HOST, ...hosts],
    projectKeys: Object.fromEntries(
      [...clients, ...witnesses]
        .filter(({ keyless }) => !keyless)
        .map(({ name, project }) => [`sk-${name}`, project]),
    ),
    ...(refusesAs && { refusesAs }),
    ...(choice !== undefined && { choice }),
  });
  world.identities.addProvider(PROVIDER, 'subject.common_name');
  const keyless = clients.filter((client) => client.keyless);
  for (const { name, project } of keyless)
    world.identities.map({ provider: PROVIDER, identity: name, account: `svc_${name}`, project });
  const certificateOf = (id: string) => {
    const from = anchors.find((anchor) => anchor.id === id)?.renewedFrom;
    const [, line = '', generation = '0'] = /^cert_([a-z]+)(\d+)$/.exec(from ?? id) ?? [];
    return { line, generation: Number(generation) + (from ? 1 : 0), renewed: from !== undefined };
  };
  const authority = (id: string) => {
    const { line, generation, renewed } = certificateOf(id);
    return authorityOf(line, generation, renewed);
  };
  for (const { id, expires, name, filter, in: scopes = [] } of anchors) {
    const { pem } = authority(id);
    const lineage = name === undefined ? id.replace(/^cert_([a-z]+)/, '$1@') : name;
    const expiresAt = Math.round(NOW + expires * DAY);
    const about = { id, name: lineage, createdAt: NOW - 90 * DAY, expiresAt, pem };
    world.organization.seed({ ...about, ...(filter !== undefined && { filter }) }, scopes);
  }
  const leaf = (client: string, { anchor, as = client, by, sameAs, ...about }: SceneLeaf) =>
    leafUnder(authority(anchor), {
      client: as,
      ...(by && { by: authority(by) }),
      ...(sameAs && { sameAs: authority(sameAs) }),
      ...about,
    });
  const identityOf = (client: string) =>
    keyless.some(({ name }) => name === client) ? idsOf(client) : { apiKey: `sk-${client}` };
  /** Writes another version of a client's secret, at the given stage. */
  const stage = async (client: string, at: 'AWSCURRENT' | 'AWSPENDING', held: SceneLeaf) =>
    world.secrets.put(client, JSON.stringify({ ...identityOf(client), ...(await leaf(client, held)) }), [at]);
  for (const { name, running, staged } of [...clients, ...witnesses]) {
    await stage(name, 'AWSCURRENT', running);
    if (staged) await stage(name, 'AWSPENDING', staged);
  }
  const running = new Set<string>();
  const portsWith = (options: PortsOptions = {}) =>
    inProcessPorts(world, { running: (execution) => running.has(execution), ...options });
  const ports = portsWith();
  return {
    ...{ world, time, running, ports, portsWith, stage, ...ports },
    fingerprint: async (client: string, held: SceneLeaf) =>
      fingerprintOf((await leaf(client, held)).certificateChain),
    /** The digest by which a log names the chain of a client's call. */
    chainDigest: async (client: string, held: SceneLeaf) =>
      chainDigestOf((await leaf(client, held)).certificateChain),
    activeIn: (scope: Scope) =>
      anchors.map(({ id }) => id).filter((id) => world.organization.isActive(scope, id)),
    entries: () => [...(world.table.get('rotation')?.values() ?? [])],
    /** Plans a rotation as one execution, which counts as running from then on. */
    async plan(
      execution: string,
      request: Request = { mode: 'scheduled' },
      policy: object = {},
      on = ports,
      /** Unix seconds. Later than the execution's begin where this is not its first attempt. */
      startedAt = time.now,
    ): Promise<Planned> {
      running.add(execution);
      const written = policySchema.parse(policy);
      deployClients(world, {
        configured: 'the scene',
        evidence: written.evidence,
        clients: clients.map(asConfigured),
        mustRefuse: witnesses.map(asConfigured),
      });
      const carried = await plan(on, {
        request,
        execution: { id: execution, startedAt: new Date(startedAt * 1000).toISOString() },
        configuration: { policy: written },
        ownListings: true,
        settles: true,
      });
      const { lease, clients: all } = carried;
      // The plan includes what the execution itself keeps in S3.
      const whole = await ports.manifests.whole(carried);
      return { ...whole, ...(lease && { lease }), ...(all && { clients: all }) };
    },
  };
}

const asConfigured = ({ name, project, hosts }: SceneClient) => ({
  ...{ name, project, secret: name },
  ...(hosts && { hosts }),
});

export type Scene = Awaited<ReturnType<typeof scene>>;

/** A plan, with where every configured client is listed. */
type Planned = Plan & Pick<CarriedPlan, 'clients'>;

/** Returns the input that the Map gives to the steps of one scope. Throws when the plan has no such scope. */
export function scopeInput(execution: string, planned: Planned, scope: Scope = 'proj_a') {
  const share = planned.waves
    .flatMap(({ scopes }) => scopes)
    .find((one): one is ScopePlan => one.scope === scope);
  if (!share) throw new Error(`the plan has no ${scope}`);
  const { evidence, lease, clients } = planned;
  const about = { execution: { id: execution, startedAt: planned.plannedAt }, evidence, lease };
  return { ...about, plan: share, ...(clients && { clients }) };
}

/**
 * A wire on which the calls that `which` picks fail before they arrive. With `after`, they arrive and only
 * their answer is lost.
 */
export const failing = (which: (call: WireCall) => boolean, { after = false } = {}): Wire =>
  wireWith(after ? 'lost-reply' : '503', which);

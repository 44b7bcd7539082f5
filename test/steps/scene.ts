import { chainDigestOf, fingerprintOf } from '../../lambdas/adapters/x509/fingerprint.ts';
import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { CarriedPlan, Plan, ScopePlan } from '../../lambdas/domain/plan-document.ts';
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
/** An execution that has begun as the scene does. */
export const run = (id: string) => ({ id, startedAt: new Date(NOW * 1000).toISOString() });
export const HOST = 'https://mtls.api.openai.com/v1';

const PROJECTS = ['proj_a', 'proj_b'];

export type SceneAnchor = {
  /** `cert_LINE` and the generation: what certificate it is. */
  id: string;
  /** Days from now. */
  expires: number;
  in?: Scope[];
  name?: string | null;
  /** It has that one's name and key. */
  renewedFrom?: string;
  /** Its CEL filter. */
  filter?: string;
};
export type SceneLeaf = Pick<LeafAbout, 'flaw' | 'intermediate' | 'from' | 'until'> & {
  anchor: string;
  /** The common name in it, where it is not the client's. */
  as?: string;
  /** It sends along the certificate by which this other anchor vouches for its own. */
  by?: string;
  /** It is the very leaf that the client has below an intermediate of this other anchor: only the chain is another. */
  sameAs?: string;
};
export type SceneClient = {
  name: string;
  project: string;
  running: SceneLeaf;
  staged?: SceneLeaf | null;
  /** It has no API key: its leaf is exchanged for a token (F17). */
  keyless?: boolean;
  /** The hosts that the configuration states for it. */
  hosts?: string[];
};

/** What a keyless client of a scene says it is. */
export const idsOf = (client: string) => ({
  identityProviderId: PROVIDER,
  serviceAccountId: `svc_${client}`,
});
const PROVIDER = 'idp_acme';

type SceneOptions = {
  refusesAs?: RefusesAs;
  choice?: AnchorChoice;
  witnesses?: SceneClient[];
  /** Beside the usual two. */
  projects?: string[];
  /** Beside the usual one. */
  hosts?: string[];
};

/** An organization in memory in which acme's first generation is due and its second is ready, unless told otherwise. */
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
  /** Gives a client's secret another version at a stage. */
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
    /** By what a call of the client is told in a log. */
    chainDigest: async (client: string, held: SceneLeaf) =>
      chainDigestOf((await leaf(client, held)).certificateChain),
    activeIn: (scope: Scope) =>
      anchors.map(({ id }) => id).filter((id) => world.organization.isActive(scope, id)),
    entries: () => [...(world.table.get('rotation')?.values() ?? [])],
    /** Plans a rotation as one execution, which then runs. */
    async plan(
      execution: string,
      request: Request = { mode: 'scheduled' },
      policy: object = {},
      on = ports,
      /** Unix seconds: an attempt that is not the execution's first. */
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
      // With everything that the execution itself leaves in S3.
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

/** With where every configured client is listed. */
type Planned = Plan & Pick<CarriedPlan, 'clients'>;

/** What the Map hands to one scope's steps. */
export function scopeInput(execution: string, planned: Planned, scope: Scope = 'proj_a') {
  const share = planned.waves
    .flatMap(({ scopes }) => scopes)
    .find((one): one is ScopePlan => one.scope === scope);
  if (!share) throw new Error(`the plan has no ${scope}`);
  const { evidence, lease, clients } = planned;
  const about = { execution: { id: execution, startedAt: planned.plannedAt }, evidence, lease };
  return { ...about, plan: share, ...(clients && { clients }) };
}

/** A wire on which the calls that `which` picks fail: before they arrive, or after they happened. */
export const failing = (which: (call: WireCall) => boolean, { after = false } = {}): Wire =>
  wireWith(after ? 'lost-reply' : '503', which);

import pMap from 'p-map';
import * as z from 'zod';
import { type Certificates, certificatesFromEnvironment } from './adapters/certificates.ts';
import { inspectLeaf, keyIdOf } from './adapters/leaf.ts';
import { readInventory } from './adapters/read-inventory.ts';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Client, type ClientFacts, clientSchema } from './domain/client.ts';
import { executionSchema, type Plan, planSchema } from './domain/document.ts';
import { checkNames, plan as decide } from './domain/plan.ts';
import { policySchema } from './domain/policy.ts';
import { reaches } from './domain/readiness.ts';
import { requestSchema } from './domain/request.ts';
import { pairSuccessions, type Succession } from './domain/succession.ts';
import { step } from './step.ts';

const reads = z.object({
  request: requestSchema,
  execution: executionSchema,
  configuration: z.object({ clients: z.array(clientSchema), policy: policySchema }),
});

type Ports = { certificates: Certificates; secrets: Secrets; clock: Clock };

/** Reads every scope, every client's leaf, and decides the rotation. Changes nothing. */
export async function plan(ports: Ports, { request, configuration }: z.infer<typeof reads>): Promise<Plan> {
  const { clients, policy } = configuration;
  const inventory = await readInventory(ports.certificates, policy.concurrency);
  const facts = { inventory, policy, request, now: ports.clock() };
  checkNames({ ...facts, clients });
  const { pairs } = pairSuccessions(facts);
  const anchors = await readAnchors(ports.certificates, pairs);
  const concerned = clients.filter((client) =>
    pairs.some(({ scopes }) => scopes.some((scope) => reaches(client, scope))),
  );
  const known = await pMap(concerned, (client) => readClient(ports, client, anchors), {
    concurrency: policy.concurrency,
  });
  const keyIds = new Map(anchors.map(({ anchorId, pem }) => [anchorId, keyIdOf(pem)]));
  return withKeyIds(decide({ ...facts, clients: known }), keyIds);
}

type AnchorContent = { anchorId: string; pem: string };

function readAnchors(certificates: Certificates, pairs: readonly Succession[]): Promise<AnchorContent[]> {
  const ids = new Set(pairs.flatMap(({ retiring, successor }) => [retiring.anchorId, successor.anchorId]));
  return pMap(ids, async (anchorId) => ({ anchorId, pem: await certificates.content(anchorId) }), {
    concurrency: 5,
  });
}

async function readClient(
  { secrets, clock }: Ports,
  client: Client,
  anchors: readonly AnchorContent[],
): Promise<ClientFacts> {
  const [running, staged, previous] = await Promise.all(
    (['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const).map(async (stage) => {
      const credential = await secrets.read(client.secret, stage);
      return credential && inspectLeaf(credential, anchors, clock());
    }),
  );
  return { ...client, running: running ?? null, staged: staged ?? null, previous: previous ?? null };
}

/** Adds each successor's key identifier to its checks: Verify has no other way to know a leaf renewed later. */
function withKeyIds(decided: Plan, keyIds: ReadonlyMap<string, string | null>): Plan {
  const waves = decided.waves.map((wave) => ({
    ...wave,
    scopes: wave.scopes.map((scope) => ({
      ...scope,
      checks: scope.checks.map((check) => {
        const successorKeyId = keyIds.get(check.successor);
        return successorKeyId ? { ...check, successorKeyId } : check;
      }),
    })),
  }));
  return { ...decided, waves };
}

export const handler = step(
  'plan',
  {
    reads,
    writes: planSchema,
    refusedAs: 'InvalidRequest',
    ports: () => ({
      certificates: certificatesFromEnvironment(),
      secrets: secretsFromEnvironment(),
      clock: systemClock,
    }),
  },
  plan,
);

import pMap from 'p-map';
import type * as z from 'zod';
import { hostsFromEnvironment } from './adapters/environment.ts';
import { type Journal, journalFromEnvironment } from './adapters/journal.ts';
import { fingerprintOf } from './adapters/leaf.ts';
import { type Leases, leasesFromEnvironment } from './adapters/lease.ts';
import { type Probe, probeFromEnvironment } from './adapters/probe.ts';
import {
  type ClientCredential,
  readPrevious,
  type Secrets,
  secretsFromEnvironment,
} from './adapters/secrets.ts';
import { type Clock, systemClock } from './clock.ts';
import { claimOf, entryOf } from './domain/audit.ts';
import {
  type ClientCheck,
  documentSchema,
  type Plan,
  type Restoration,
  restorationSchema,
} from './domain/document.ts';
import { gravest } from './domain/errors.ts';
import { getsIn } from './domain/verdict.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true });

type Ports = {
  secrets: Secrets;
  probe: Probe;
  hosts: readonly string[];
  leases: Leases;
  journal: Journal;
  clock: Clock;
};

/**
 * After a halt, moves a promoted client back to the leaf it ran on before, where that one works and the new one does
 * not: whatever leaf is current has to be one that gets in. A client that nothing is known of is left as it is, and
 * looked at again: the step fails for it when all others have been seen to (I9).
 */
export async function restore(ports: Ports, input: z.infer<typeof reads>): Promise<Restoration> {
  const { secrets, leases, journal, clock } = ports;
  const restored: string[] = [];
  const kept: string[] = [];
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);
  const checks = input.plan.evidence === 'probe' ? provenClients(input.plan) : [];
  // One client that cannot be looked at must not leave the others outside: the failure comes after all have been.
  const seen = await pMap(
    checks,
    async (check) => ({ check, versionId: await workingVersion(ports, check).catch(fail) }),
    { concurrency: 10 },
  );
  const restoreOne = async ({ client, secret }: ClientCheck, versionId: string): Promise<void> => {
    await journal.record(entryOf(input, clock(), 'restoring', { restoring: client }));
    await leases.demand(claimOf({ ...input, lease: input.plan.lease }));
    await secrets.restore(secret, versionId);
    restored.push(client);
  };
  for (const { check, versionId } of seen) {
    if (versionId === null) kept.push(check.client);
    else if (versionId) await restoreOne(check, versionId).catch(fail);
  }
  await journal.record(entryOf(input, clock(), 'restored', { restored, kept, unknown: failures.length }));
  if (failures.length > 0) throw gravest(failures);
  return { restored, kept };
}

/** Every client that this plan proves, by the leaf it is to run on: also one that an earlier run promoted, and left. */
function provenClients({ waves }: Plan): ClientCheck[] {
  const checks = waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
  return [...new Map(checks.map((check) => [`${check.client} ${check.leaf}`, check])).values()];
}

/**
 * The previous version when the promoted leaf is turned away somewhere and the previous one everywhere let in. Throws
 * `ProbeInconclusive` where a host does not say: the client may be outside, and another look may help it in (I9).
 */
async function workingVersion(
  { secrets, probe, hosts }: Ports,
  { client, secret, leaf }: ClientCheck,
): Promise<string | null> {
  const isLetIn = async (held: ClientCredential, which: string): Promise<boolean> =>
    getsIn(
      await Promise.all(hosts.map((host) => probe(host, held))),
      `client ${client} with its ${which} leaf`,
    );
  const current = await secrets.read(secret, 'AWSCURRENT');
  if (!current || fingerprintOf(current.certificateChain) !== leaf) return null;
  if (await isLetIn(current, 'new')) return null;
  const previous = await readPrevious(secrets, secret);
  return previous && (await isLetIn(previous, 'old')) ? previous.versionId : null;
}

export const handler = step(
  'restore',
  {
    reads,
    writes: restorationSchema,
    ports: () => ({
      secrets: secretsFromEnvironment(),
      probe: probeFromEnvironment(),
      hosts: hostsFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      clock: systemClock,
    }),
  },
  restore,
);

import type * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { type MovePorts, moveClients } from './adapters/secrets/move-clients.ts';
import { secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { journalFromEnvironment } from './adapters/table/journal.ts';
import { leasesFromEnvironment } from './adapters/table/lease.ts';
import { namedByNow, namedMeanwhile } from './adapters/table/named/named-since.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { systemClock } from './clock.ts';
import { leftBehindIn } from './domain/cut/excuse.ts';
import { endOfAll, inShard } from './domain/cut/shards.ts';
import { type ScopePromotion, scopeDocumentSchema, scopePromotionSchema } from './domain/document.ts';
import { gravest } from './domain/errors.ts';
import { asTold, firstFew } from './domain/first-few.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { provenIn } from './domain/overlap/overlap.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema.pick({
  ...{ execution: true, plan: true, lease: true, verification: true },
  // The halt of the scope, if it halted. Clients that were proven before it are moved all the same.
  ...{ shard: true, moves: true, halt: true, undo: true },
});

type Ports = MovePorts & { manifests: Manifests; verdicts: Verdicts };

/**
 * Makes current the leaves that one scope has proven, in a run where each scope goes by itself: nothing
 * soaks, and no scope waits for another (I16). If the scope has halted, the clients that it proved before are
 * moved all the same. A client stays if another scope has already moved it, or if it may be left behind and
 * its new leaf was turned away.
 *
 * After all others have moved, throws for a client whose secret has changed since the proof (I17), unless
 * that client may be left behind (I6). Also throws for a successor that is compromised by now: no client is
 * moved to it (I15).
 */
export async function promoteScope(ports: Ports, input: z.infer<typeof reads>): Promise<ScopePromotion> {
  const { execution, lease, shard, moves, verification: { stay = [] } = {} } = input;
  if (moves) {
    await ports.leases.demand(claimOf(input));
    // The trail has the moved clients in each shard's own line.
    return { scope: input.plan.scope, promoted: [], alreadyCurrent: [], ...endOfAll(moves).end };
  }
  const [share, named] = await Promise.all([
    ports.manifests.share(input.plan),
    namedByNow(ports.journal, input.plan.successions),
  ]);
  const plan = inShard(share, shard);
  const { scope, promotions: planned = [], checks } = plan;
  const isProven = await whoIsProven(ports, input);
  const leadsToNamed = new Set(checks.flatMap((one) => (named.has(one.successor) ? one.client : [])));
  const promotions = planned.filter(
    ({ client }) => !stay.includes(client) && !leadsToNamed.has(client) && isProven(client),
  );
  const { stayed, ...moved } = await moveClients(ports, {
    ...{ execution, lease, promotions, scope },
    proven: [plan],
  });
  await ports.journal.record(
    entryOf(input, ports.clock(), 'promoted', { ...moved, ...(shard && { shard }) }, scope),
  );
  const leftBehind = leftBehindIn(checks);
  const failures = [...stayed].flatMap(([client, error]) => (leftBehind.has(client) ? [] : error));
  for (const successor of named)
    failures.push(namedMeanwhile(successor, `no client was moved to it in ${scope}`));
  if (failures.length > 0) throw gravest(failures);
  // One state carries the answers of all shards, so each answer is kept short.
  const told = shard ? (names: readonly string[]) => firstFew(names, 5) : asTold;
  return { scope, promoted: told(moved.promoted), alreadyCurrent: told(moved.alreadyCurrent) };
}

/**
 * Returns which clients may be moved. In a scope that goes on, all of them; in a halted scope, those that
 * Verify has stored as proven. None if its undo took a successor back.
 */
async function whoIsProven(
  { verdicts }: Ports,
  { execution, plan, halt, undo }: z.infer<typeof reads>,
): Promise<(client: string) => boolean> {
  if (!halt) return () => true;
  if (undo?.takenBack?.length) return () => false;
  const parts = await verdicts.provenIn({ execution, phase: 'overlap', scope: plan.scope });
  const proven = provenIn(plan.scope, parts, { error: halt.Error });
  return (client) => proven.has(client);
}

export const handler = step(
  'promote-scope',
  {
    reads,
    writes: scopePromotionSchema,
    ports: () => ({
      secrets: secretsFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
      clock: systemClock,
    }),
  },
  promoteScope,
);

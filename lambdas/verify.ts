import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { lookBeforehand } from './adapters/hosts/in-the-overlap/look-beforehand.ts';
import { lookAtScope } from './adapters/hosts/look-at-scope.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import { recordingVerdicts } from './adapters/hosts/recording-verdicts.ts';
import { verifiedByAll } from './adapters/shards/verified-by-all.ts';
import { orSuperseded } from './adapters/table/superseded.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { withoutOutside } from './adapters/undo/outside-known.ts';
import { clientSchema } from './domain/client.ts';
import { asManyNames, rooms } from './domain/cut/as-many-names.ts';
import { evidenceIn, noting, stayingOf } from './domain/cut/excuse.ts';
import { inShard } from './domain/cut/shards.ts';
import { scopeDocumentSchema, type Verification, verificationSchema } from './domain/document.ts';
import { instant } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { once } from './domain/once.ts';
import { settlingAfter } from './domain/overlap/settling.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema
  .pick({
    ...{ execution: true, evidence: true, plan: true, lease: true, clients: true },
    ...{ shard: true, verifications: true, begin: true, activation: true, undo: true },
  })
  .extend({
    moment: z.enum(['beforehand', 'overlap', 'beforeCut', 'afterUndo']).default('overlap'),
    /** Every configured client, from an execution of an older machine. */
    configuration: z.object({ clients: z.array(clientSchema) }).optional(),
  });

type Reads = z.infer<typeof reads>;
type Ports = ProvingPorts & { manifests: Manifests; verdicts: Verdicts };

/**
 * Proves the successors of one scope. What it looks at depends on the moment:
 * - `beforehand`: which clients are outside before the activation, which is then not the activation's fault
 *   (I17);
 * - `overlap`: clients get in with the leaves they will use (I1, I8);
 * - `beforeCut`: clients get in with the leaves they do use, and nobody else runs on what is cut (I1, I8);
 * - `afterUndo`: each client has one leaf that gets in (I10).
 *
 * Witnesses must be turned away by the successor's filter before any client depends on it (F16). If the API
 * did not activate a successor, the others are still proven, and the scope halts for that one (I17). Under
 * `listing` evidence, Activate's listing is the proof and no host is asked. With shards it looks at one
 * shard, or sums up when all shards are done.
 */
export async function verify(ports: Ports, input: Reads): Promise<Verification> {
  const { hosts, leases, journal, clock } = ports;
  if (input.verifications) {
    const { verifications } = input;
    const lookAgain = () => verify(ports, { ...input, verifications: undefined });
    return verifiedByAll(ports, { ...input, verifications }, lookAgain);
  }
  const { evidence, moment, configuration, clients, shard } = input;
  const share = await ports.manifests.share(input.plan);
  if (moment === 'beforehand') return lookBeforehand(ports, { ...input, plan: share });
  const { plan: looked, passed } = await withoutOutside(ports, share, { ...input, moment });
  const plan = inShard(looked, shard);
  const { scope } = plan;
  // A probe that another anchor could have let in is made all the same, but is never called a proof (I8).
  const named = plan.evidence ?? evidence;
  // An execution of an older machine does not pass its lease on.
  const claim = input.lease ? claimOf(input) : null;
  const record = (seen: object) =>
    journal.record(
      entryOf(
        input,
        clock(),
        'verified',
        { evidence: named, moment, ...(shard && { shard }), ...seen },
        scope,
      ),
    );
  const everybody = once(async () => {
    const all = clients ? await ports.manifests.clients(clients) : configuration?.clients;
    return all ?? [];
  });
  // Without a proof on the wire, the clients' secrets are read all the same.
  const asked = { ...ports, hosts: evidence === 'probe' ? hosts : [] };
  const { refusals = [] } = input.activation ?? {};
  const isSecond = input.begin?.settled === true;
  const about = { execution: input.execution, moment, plan, shard, everybody, isSecond };
  const proof = () => lookAtScope(asked, { ...about, refusals: moment === 'overlap' ? refusals : [] });
  const looking = orSuperseded(leases, claim, () => recordingVerdicts(record, proof));
  // A look changes nothing, so it does not wait for the lease check. Afterwards the check decides first:
  // another rotation may have taken over.
  const [held] = await Promise.allSettled([claim && leases.demand(claim), looking]);
  if (held.status === 'rejected') throw held.reason;
  const [accepted, keptOut, { outside, unknown } = { outside: [], unknown: [] }] = await looking;
  const { unwitnessed } = keptOut;
  const { excused, isUnheard = false } = accepted;
  const probes = accepted.probes + keptOut.probes;
  const settleSeconds = settlingAfter(plan, { isUnheard, isSecond });
  const seen = { evidence: evidenceIn(plan, excused, named), probes };
  // An emergency waits for no witness. The trail names witnesses that proved nothing, and clients that a
  // person has excused.
  await record({
    ...seen,
    ...(unwitnessed.length > 0 && { unwitnessed }),
    ...noting(excused),
    ...asManyNames({ outside: moment === 'overlap' ? passed : outside, unknown }, rooms.shard),
    ...(settleSeconds > 0 && { settleSeconds }),
  });
  return {
    ...{ scope, provenAt: instant(clock()), ...seen },
    ...asManyNames({ stay: stayingOf(plan, excused) }, shard ? rooms.shard : rooms.staying),
    ...asManyNames({ outside, unknown }, rooms.shard),
    ...(moment === 'overlap' && { outside: passed }),
    settleSeconds,
  };
}

export const handler = step(
  'verify',
  {
    reads,
    writes: verificationSchema,
    ports: () => ({
      ...provingPortsFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
    }),
  },
  verify,
);

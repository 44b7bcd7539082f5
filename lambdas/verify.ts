import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { lookAtScope } from './adapters/hosts/look-at-scope.ts';
import { outsideBeforehand } from './adapters/hosts/outside-beforehand.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import { recordingVerdicts } from './adapters/hosts/recording-verdicts.ts';
import { orSuperseded } from './adapters/table/superseded.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { outsideAnyway, withoutOutside } from './adapters/undo/outside-known.ts';
import { clientSchema } from './domain/client.ts';
import { asManyNames, rooms } from './domain/cut/as-many-names.ts';
import { evidenceIn, leastOf, noting, stayingOf } from './domain/cut/excuse.ts';
import { endOfAll, inShard } from './domain/cut/shards.ts';
import { scopeDocumentSchema, type Verification, verificationSchema } from './domain/document.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { once } from './domain/once.ts';
import { settlingAfter, settlingAfterAll } from './domain/overlap/settling.ts';
import type { ScopePlan } from './domain/plan-document.ts';
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
 * Seconds after which a look no longer counts as right before the cut: one shard may have waited through an
 * outage.
 */
const LASTS = 300;

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
  if (input.verifications) return verifiedByAll(ports, { ...input, verifications: input.verifications });
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

/**
 * Finds the clients that are outside before anything is activated. It proves nothing and halts nobody: what
 * it cannot see is left to the look in the overlap.
 */
async function lookBeforehand(
  { leases, journal, clock, ...wires }: Ports,
  input: Omit<Reads, 'plan'> & { plan: ScopePlan },
): Promise<Verification> {
  const { plan, evidence } = input;
  const { scope } = plan;
  // Without a proof on the wire no host is asked.
  const hosts = evidence === 'probe' ? wires.hosts : [];
  const began = clock();
  const look = await outsideBeforehand({ ...wires, clock, hosts }, plan);
  const outside = await outsideAnyway({ journal, clock }, input, { ...look, began });
  if (input.lease) await leases.demand(claimOf(input));
  const seen = { evidence: plan.evidence ?? evidence, probes: look.probes };
  const told = { ...seen, ...asManyNames({ outside }, rooms.outside) };
  await journal.record(entryOf(input, clock(), 'looked', told, scope));
  return { scope, provenAt: instant(clock()), ...told };
}

/**
 * Sums up the looks at all shards. If a cut is next and the first look is older than `LASTS`, one function
 * looks at all clients once more (I1). Throws `Superseded` if another rotation has taken over meanwhile.
 */
async function verifiedByAll(
  ports: Ports,
  input: Reads & { verifications: NonNullable<Reads['verifications']> },
): Promise<Verification> {
  const { leases, journal, clock } = ports;
  const { moment } = input;
  const { scope } = input.plan;
  if (input.lease) await leases.demand(claimOf(input));
  const { well, end } = endOfAll(input.verifications);
  const oldest = Math.min(...well.map(({ provenAt }) => secondsOf(provenAt)));
  if (moment === 'beforeCut' && !end.anyHalted && clock() - oldest > LASTS)
    return { ...(await verify(ports, { ...input, verifications: undefined })), ...end };
  const probes = well.reduce((sum, look) => sum + look.probes, 0);
  const evidence = leastOf(well) ?? input.evidence;
  const inAll = (key: 'stay' | 'outside' | 'unknown') => well.flatMap((look) => look[key] ?? []);
  const settleSeconds = settlingAfterAll(well, { isSecond: input.begin?.settled === true });
  const told = {
    ...{ evidence, moment, shards: input.verifications.length, probes },
    ...(settleSeconds > 0 && { settleSeconds }),
  };
  // The trail already has the halt of each shard in that shard's own line.
  if (!end.anyHalted) await journal.record(entryOf(input, clock(), 'verified', told, scope));
  return {
    ...{ scope, provenAt: instant(clock()), evidence, probes },
    ...asManyNames({ stay: inAll('stay') }, rooms.staying),
    outside: [],
    settleSeconds,
    ...asManyNames({ outside: inAll('outside'), unknown: inAll('unknown') }, rooms.outside),
    ...end,
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

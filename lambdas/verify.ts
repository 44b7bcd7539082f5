import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { proveKeptOut } from './adapters/hosts/keep-out.ts';
import { lookInOverlap } from './adapters/hosts/look-in-overlap.ts';
import { type Held, proveAccepted } from './adapters/hosts/prove.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import { recordingVerdicts } from './adapters/hosts/recording-verdicts.ts';
import { leafToProve, leavesAfterUndo, retiringLeaf } from './adapters/secrets/held-leaf.ts';
import type { Stage } from './adapters/secrets/secrets.ts';
import { demandNoStragglers } from './adapters/secrets/stragglers.ts';
import { witnessLeaf } from './adapters/secrets/witness-leaf.ts';
import { orSuperseded } from './adapters/table/superseded.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { clientSchema } from './domain/client.ts';
import { evidenceIn, leastOf, noting, stayingOf } from './domain/cut/excuse.ts';
import { endOfAll, inShard, isInShard } from './domain/cut/shards.ts';
import { isUrgent } from './domain/cut/urgent.ts';
import { scopeDocumentSchema, type Verification, verificationSchema } from './domain/document.ts';
import { gravest } from './domain/errors.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import type { ClientCheck } from './domain/plan-document.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema
  .pick({
    ...{ execution: true, evidence: true, plan: true, lease: true, clients: true },
    ...{ shard: true, verifications: true },
  })
  .extend({
    moment: z.enum(['overlap', 'beforeCut', 'afterUndo']).default('overlap'),
    /** Every configured client, where an execution of an older machine hands them on. */
    configuration: z.object({ clients: z.array(clientSchema) }).optional(),
  });

type Reads = z.infer<typeof reads>;
type Ports = ProvingPorts & { manifests: Manifests; verdicts: Verdicts };

/** Seconds after which a look is no look right before the cut any more: one shard may have waited out an outage. */
const LASTS = 300;

/** Where the leaf to prove is looked for: before the cut only what clients run on counts. */
const stages: Record<'overlap' | 'beforeCut', readonly Stage[]> = {
  overlap: ['AWSPENDING', 'AWSCURRENT'],
  beforeCut: ['AWSCURRENT'],
};

/**
 * Proves the successors of one scope with the leaves its clients will use, before the cut with the ones they do use and
 * with nobody else left on what is cut (I1, I8), and after an undo that each client has one leaf that gets in (I10). Whoever has
 * to stay out is seen to be turned away by the successor's filter, each time before somebody comes to depend on it (F16).
 * Under `listing` evidence the listing that Activate took is the proof, and the wire is left alone. Where clients are too many for one
 * function it is asked about one shard of them, and when each has been proven, what all of that comes to.
 */
export async function verify(ports: Ports, input: Reads): Promise<Verification> {
  const { secrets, probe, exchange, hosts, leases, journal, clock } = ports;
  if (input.verifications) return verifiedByAll(ports, { ...input, verifications: input.verifications });
  const { evidence, moment, configuration, clients, shard } = input;
  const plan = inShard(await ports.manifests.share(input.plan), shard);
  const { scope, checks } = plan;
  const heldBy = async (check: ClientCheck): Promise<Held> =>
    moment === 'afterUndo'
      ? leavesAfterUndo(secrets, check)
      : {
          credential: await leafToProve(secrets, check, stages[moment]),
          former: () => retiringLeaf(secrets, check),
        };
  // Without a proof on the wire, what clients hold is looked at all the same.
  const asked = evidence === 'probe' ? hosts : [];
  // A probe that could have got in by another anchor is made all the same, and never called a proof (I8).
  const named = plan.evidence ?? evidence;
  // An execution of an older machine does not hand its lease on.
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
  const stragglers = async () => {
    const all = clients ? await ports.manifests.clients(clients) : configuration?.clients;
    const own = (all ?? []).filter(({ name }) => isInShard(name, shard));
    await demandNoStragglers(secrets, plan, own);
  };
  const proof = async () => {
    const proving = { probe, exchange, hosts: asked, scope, checks, heldBy };
    const keptOut = () =>
      proveKeptOut({
        ...{ probe, hosts: asked, scope, isUrgent: isUrgent(plan) },
        witnesses: moment === 'afterUndo' || asked.length === 0 ? [] : (plan.witnesses ?? []),
        heldBy: (check) => witnessLeaf(secrets, check),
      });
    const { execution } = input;
    if (moment === 'overlap')
      return lookInOverlap(ports, { execution, plan, shard, proof: proving, keptOut });
    const [, ...seen] = await together(
      moment === 'beforeCut' ? stragglers() : Promise.resolve(),
      proveAccepted(proving),
      keptOut(),
    );
    return seen;
  };
  const looking = orSuperseded(leases, claim, () => recordingVerdicts(record, proof));
  // A look changes nothing, so that nobody waits for the lease first; whatever it came to, another rotation may have taken over.
  const [held] = await Promise.allSettled([claim && leases.demand(claim), looking]);
  if (held.status === 'rejected') throw held.reason;
  const [accepted, keptOut] = await looking;
  const { unwitnessed } = keptOut;
  const { excused } = accepted;
  const probes = accepted.probes + keptOut.probes;
  const seen = { evidence: evidenceIn(plan, excused, named), probes };
  // An emergency waits for no witness: one that proved nothing is told in the trail, and so is whom a person has excused.
  await record({
    ...seen,
    ...(unwitnessed.length > 0 && { unwitnessed }),
    ...noting(excused),
  });
  return {
    ...{ scope, provenAt: instant(clock()), ...seen },
    ...staying(stayingOf(plan, excused), shard ? MOST_STAYING.shard : MOST_STAYING.scope),
  };
}

/**
 * What the looks at all shards came to; where the first of them was minutes ago, and a cut is next, all clients are looked at once more, by
 * one function (I1). Throws `Superseded` where another rotation has taken over meanwhile.
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
  const stay = well.flatMap((look) => look.stay ?? []);
  const told = { evidence, moment, shards: input.verifications.length, probes };
  // What a shard has halted for stands in its own line.
  if (!end.anyHalted) await journal.record(entryOf(input, clock(), 'verified', told, scope));
  return {
    ...{ scope, provenAt: instant(clock()), evidence, probes },
    ...staying(stay, MOST_STAYING.scope),
    ...end,
  };
}

/** Clients that are not moved, as many as a state carries: one that is not named is moved, and may be left behind all the same. */
const MOST_STAYING = { shard: 20, scope: 500 };

const staying = (clients: readonly string[], most: number): { stay?: string[] } =>
  clients.length > 0 ? { stay: clients.slice(0, most) } : {};

/** What all of them came to: one that fails must not hide what another has seen. Throws the gravest. */
async function together<T extends unknown[]>(...looks: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const ended = await Promise.allSettled(looks);
  const failures = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (failures.length > 0) throw gravest(failures);
  return Promise.all(looks) as Promise<T>;
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

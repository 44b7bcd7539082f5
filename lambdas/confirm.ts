import type * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { proveKeptOut } from './adapters/hosts/keep-out.ts';
import { proveAccepted, proveRefused } from './adapters/hosts/prove.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import { recordingVerdicts } from './adapters/hosts/recording-verdicts.ts';
import type { ClientCredential } from './adapters/secrets/client-credential.ts';
import { leafToProve, retiringLeaf } from './adapters/secrets/held-leaf.ts';
import { witnessLeaf } from './adapters/secrets/witness-leaf.ts';
import { orSuperseded } from './adapters/table/superseded.ts';
import { LONGEST_TOKEN } from './domain/cut/exchange.ts';
import { type Excused, evidenceIn, leastOf, noting } from './domain/cut/excuse.ts';
import { endOfAll, inShard } from './domain/cut/shards.ts';
import { isUrgent } from './domain/cut/urgent.ts';
import { type Confirmation, confirmationSchema, scopeDocumentSchema } from './domain/document.ts';
import { asTold, firstFew } from './domain/first-few.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import type { ClientCheck, ScopePlan } from './domain/plan-document.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema.pick({
  execution: true,
  evidence: true,
  plan: true,
  deactivation: true,
  lease: true,
  shard: true,
  confirmations: true,
});

type Reads = z.infer<typeof reads>;

/** What the calls after a cut have shown, and until when a token can live that somebody was given before them. */
type Seen = Pick<Confirmation, 'probes' | 'refused' | 'tokenRefusals' | 'tokensUntil'> & {
  /** What has gone wrong and halts nobody (I6). */
  excused: Excused[];
};

/**
 * Proves after the cut that the clients of a scope still get in, and that the retiring leaf no longer does (I10). A witness whose leaf
 * led to what is cut as well is looked at once more, since only now the successor's filter alone decides (F16). A shard of the
 * clients is only looked at: the cut is struck off when each of them has been.
 */
export async function confirm(
  ports: ProvingPorts & { manifests: Manifests },
  input: Reads,
): Promise<Confirmation> {
  const { leases, journal, clock } = ports;
  if (input.confirmations) return confirmedByAll(ports, { ...input, confirmations: input.confirmations });
  const { evidence, shard } = input;
  const plan = inShard(await ports.manifests.share(input.plan), shard);
  const { scope } = plan;
  const successions = plan.successions.filter(({ held }) => !held);
  const named = plan.evidence ?? evidence;
  const record = (seen: object) =>
    journal.record(
      entryOf(input, clock(), 'confirmed', { evidence: named, ...(shard && { shard }), ...seen }, scope),
    );
  const { judgedElsewhere = [] } = input.deactivation ?? {};
  const confirmedNow = () => ({ scope, confirmedAt: instant(clock()) });
  const proof = () => recordingVerdicts(record, () => proveCut(ports, plan, judgedElsewhere));
  const look = async (): Promise<Seen> =>
    evidence === 'probe'
      ? orSuperseded(leases, claimOf(input), proof)
      : { probes: 0, refused: [], excused: [] };
  const { excused, ...seen } = await look();
  const shown = { evidence: evidenceIn(plan, excused, named) };
  // Another rotation may have taken over: what it remembers is not ours to forget.
  await leases.demand(claimOf(input));
  // The trail first: what is struck off and not recorded is confirmed for nobody.
  await record({ ...shown, ...seen, ...noting(excused) });
  const { tokenRefusals: _, ...fewer } = seen;
  if (shard) return { ...confirmedNow(), ...shown, ...fewer, refused: firstFew(seen.refused, 5) };
  await journal.forgetCuts(successions.map(({ retiring }) => ({ scope, retiring })));
  return { ...confirmedNow(), ...shown, ...seen, refused: asTold(seen.refused) };
}

/**
 * What the looks at all shards came to: the cut is struck off where each of them has been confirmed. Whose old leaf was refused, and how,
 * the trail has with each of them.
 */
async function confirmedByAll(
  { leases, journal, clock }: Pick<ProvingPorts, 'leases' | 'journal' | 'clock'>,
  input: Reads & { confirmations: NonNullable<Reads['confirmations']> },
): Promise<Confirmation> {
  const { scope, successions } = input.plan;
  await leases.demand(claimOf(input));
  const { well, end } = endOfAll(input.confirmations);
  const until = well.flatMap(({ tokensUntil }) => (tokensUntil ? secondsOf(tokensUntil) : []));
  const evidence = leastOf(well) ?? input.evidence;
  const seen = {
    probes: well.reduce((sum, { probes }) => sum + probes, 0),
    refused: [],
    ...(until.length > 0 && { tokensUntil: instant(Math.max(...until)) }),
  };
  if (!end.anyHalted) {
    const told = { evidence, shards: input.confirmations.length, ...seen };
    await journal.record(entryOf(input, clock(), 'confirmed', told, scope));
    const cut = successions.filter(({ held }) => !held);
    await journal.forgetCuts(cut.map(({ retiring }) => ({ scope, retiring })));
  }
  return { scope, confirmedAt: instant(clock()), evidence, ...seen, ...end };
}

/** The probes after the cut: first that clients get in, since that is what an undo could still save. */
async function proveCut(
  { secrets, probe, exchange, hosts, clock }: ProvingPorts,
  plan: ScopePlan,
  judgedElsewhere: readonly string[],
): Promise<Seen> {
  const { scope, checks, witnesses = [] } = plan;
  const about = { probe, exchange, hosts, scope, checks };
  /** What each client runs on, which is asked for once: a confirmation takes seconds. */
  const running = new Map<ClientCheck, ClientCredential>();
  const accepted = await proveAccepted({
    ...about,
    async heldBy(check) {
      const credential = await leafToProve(secrets, check, ['AWSCURRENT']);
      running.set(check, credential);
      return { credential };
    },
  });
  const keptOut = await proveKeptOut({
    ...{ probe, hosts, scope, isUrgent: isUrgent(plan) },
    witnesses: witnesses.filter(({ afterCut }) => afterCut),
    heldBy: (check) => witnessLeaf(secrets, check),
  });
  const seen = new Set<string>();
  const { probes, tokenRefusals, excused } = await proveRefused({
    ...about,
    // A client's old leaf that gets in by another scope as yet is looked at when that one has been cut (I10).
    checks: checks.filter(({ client }) => !judgedElsewhere.includes(client)),
    async heldBy(check) {
      const now = running.get(check);
      // Who may be left behind may run on the old leaf still.
      const isAsked = now !== undefined || check.excused === 'anything';
      const credential = isAsked ? await retiringLeaf(secrets, check, now) : null;
      if (credential) seen.add(check.client);
      return credential && { credential, now: now ?? credential };
    },
  });
  for (const { client } of excused) seen.delete(client);
  return {
    ...{ probes: accepted.probes + keptOut.probes + probes, refused: [...seen] },
    excused: [...accepted.excused, ...excused],
    ...(tokenRefusals.length > 0 && { tokenRefusals }),
    // From now on the old leaf is given none, and any that it was given before is over an hour later.
    ...([...running.values()].some((one) => !('apiKey' in one)) && {
      tokensUntil: instant(clock() + LONGEST_TOKEN),
    }),
  };
}

export const handler = step(
  'confirm',
  {
    reads,
    writes: confirmationSchema,
    ports: () => ({ ...provingPortsFromEnvironment(), manifests: manifestsFromEnvironment() }),
  },
  confirm,
);

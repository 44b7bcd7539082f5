import pMap from 'p-map';
import { demandAccepted, demandRefused, type ProbeSubject, type Verdict } from '../../domain/cut/verdict.ts';
import type { ClientCheck } from '../../domain/document.ts';
import { gravest } from '../../domain/errors.ts';
import type { ClientCredential } from '../secrets/secrets.ts';
import type { Probe } from './probe.ts';

/** Clients probed at once in one scope: quick, but no flood on the hosts of a customer; more where there are hundreds. */
const atOnce = (clients: number): number => Math.min(40, Math.max(10, Math.ceil(clients / 20)));

/** The credential that answers a check, and after an undo the one that may answer in its place. */
export type Held = { credential: ClientCredential; alternative?: ClientCredential | null };

/** What a scope's clients hold, where it is proven and by what. `null` where a client holds nothing to prove. */
export type Proof<H extends Held | null = Held> = {
  probe: Probe;
  hosts: readonly string[];
  scope: string;
  checks: readonly ClientCheck[];
  heldBy: (check: ClientCheck) => Promise<H>;
};

/**
 * Proves that every held leaf is accepted on every host, each with its control without a certificate in the same run
 * (I8). Returns how many probes were made. Every client is looked at, whatever the others come to: one that is locked
 * out must not be overlooked for one of which nothing can be said (I9, I10).
 */
export async function proveAccepted({ probe, hosts, scope, checks, heldBy }: Proof): Promise<number> {
  const controls = new Map<string, Promise<Verdict>>();
  const controlOf = (host: string, { apiKey }: ClientCredential): Promise<Verdict> => {
    const key = JSON.stringify([host, apiKey]);
    const known = controls.get(key) ?? probe(host, { apiKey });
    controls.set(key, known);
    return known;
  };
  const trials = await everyTrial(hosts, checks, heldBy, async (host, check, { credential, alternative }) => {
    const [control, first] = await Promise.all([
      controlOf(host, credential),
      probe(host, presented(credential)),
    ]);
    const other =
      first.kind !== 'accepted' && alternative ? await probe(host, presented(alternative)) : first;
    demandAccepted(control, other.kind === 'accepted' ? other : first, subjectOf(check, host, scope));
  });
  return trials + controls.size;
}

/** Proves that every held leaf is turned away on every host: revocation. Returns how many probes were made. */
export const proveRefused = ({ probe, hosts, scope, checks, heldBy }: Proof<Held | null>): Promise<number> =>
  everyTrial(hosts, checks, heldBy, async (host, check, { credential }) =>
    demandRefused(await probe(host, presented(credential)), subjectOf(check, host, scope)),
  );

/** Tries every held leaf on every host, each whatever the others come to. Throws the gravest of what they threw. */
async function everyTrial(
  hosts: readonly string[],
  checks: readonly ClientCheck[],
  heldBy: (check: ClientCheck) => Promise<Held | null>,
  attempt: (host: string, check: ClientCheck, held: Held) => Promise<void>,
): Promise<number> {
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);
  const inParallel = { concurrency: atOnce(checks.length) };
  const held = await pMap(
    checks,
    async (check) => ({ check, holds: (await heldBy(check).catch(fail)) ?? null }),
    inParallel,
  );
  const trials = hosts.flatMap((host) =>
    held.flatMap(({ check, holds }) => (holds ? [{ host, check, holds }] : [])),
  );
  await pMap(trials, ({ host, check, holds }) => attempt(host, check, holds).catch(fail), inParallel);
  if (failures.length > 0) throw gravest(failures);
  return trials.length;
}

const presented = ({ apiKey, certificateChain, privateKey }: ClientCredential) => ({
  apiKey,
  certificateChain,
  privateKey,
});

const subjectOf = ({ client, successor }: ClientCheck, host: string, scope: string): ProbeSubject => ({
  client,
  host,
  scope,
  successor,
});

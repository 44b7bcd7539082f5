import pMap from 'p-map';
import type { ClientCheck } from '../domain/document.ts';
import { demandAccepted, demandRefused, type ProbeSubject, type Verdict } from '../domain/verdict.ts';
import type { Probe } from './probe.ts';
import type { ClientCredential } from './secrets.ts';

/** Probes at once in one scope: quick, but no flood on the hosts of a customer. */
const CONCURRENCY = 10;

/** A check, the credential that answers it, and after an undo the one that may answer in its place. */
export type Held = {
  check: ClientCheck;
  credential: ClientCredential;
  alternative?: ClientCredential | null;
};

/**
 * Proves that every held leaf is accepted on every host, each with its control without a certificate in the same run
 * (I8). Returns how many probes were made; throws at the first one that is not a pass (I9).
 */
export async function proveAccepted(
  probe: Probe,
  hosts: readonly string[],
  scope: string,
  held: readonly Held[],
): Promise<number> {
  const controls = new Map<string, Promise<Verdict>>();
  const controlOf = (host: string, { apiKey }: ClientCredential): Promise<Verdict> => {
    const key = JSON.stringify([host, apiKey]);
    const known = controls.get(key) ?? probe(host, { apiKey });
    controls.set(key, known);
    return known;
  };
  const trials = crossed(hosts, held);
  await pMap(
    trials,
    async ({ host, check, credential, alternative }) => {
      const [control, first] = await Promise.all([
        controlOf(host, credential),
        probe(host, presented(credential)),
      ]);
      const other =
        first.kind !== 'accepted' && alternative ? await probe(host, presented(alternative)) : first;
      demandAccepted(control, other.kind === 'accepted' ? other : first, subjectOf(check, host, scope));
    },
    { concurrency: CONCURRENCY },
  );
  return trials.length + controls.size;
}

/** Proves that every held leaf is turned away on every host: revocation. Returns how many probes were made. */
export async function proveRefused(
  probe: Probe,
  hosts: readonly string[],
  scope: string,
  held: readonly Held[],
): Promise<number> {
  const trials = crossed(hosts, held);
  await pMap(
    trials,
    async ({ host, check, credential }) =>
      demandRefused(await probe(host, presented(credential)), subjectOf(check, host, scope)),
    { concurrency: CONCURRENCY },
  );
  return trials.length;
}

const crossed = (hosts: readonly string[], held: readonly Held[]) =>
  hosts.flatMap((host) => held.map((one) => ({ host, ...one })));

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

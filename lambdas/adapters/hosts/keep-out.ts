import pMap from 'p-map';
import { gravest } from '../../domain/errors.ts';
import type { ClientCheck } from '../../domain/plan-document.ts';
import { demandKeptOut } from '../../domain/witnesses/kept-out.ts';
import type { WitnessCredential } from '../secrets/witness-leaf.ts';
import type { Probe } from './probe.ts';

/** Probes at once in one scope, as for its clients. */
const CONCURRENCY = 10;

/** The witnesses of a scope, and where they are looked at. */
export type Keeping = {
  probe: Probe;
  hosts: readonly string[];
  scope: string;
  witnesses: readonly ClientCheck[];
  heldBy: (check: ClientCheck) => Promise<WitnessCredential>;
  /** True in an emergency, which waits for no witness that proves nothing. */
  isUrgent: boolean;
};

/**
 * Shows that every witness is turned away by a filter on every host (F16). Every one is looked at, whatever the others come
 * to. Throws the gravest of what was found; in an emergency only that one gets in, and the others are named.
 */
export async function proveKeptOut(keeping: Keeping): Promise<{ probes: number; unwitnessed: string[] }> {
  const { probe, hosts, scope, witnesses, heldBy, isUrgent } = keeping;
  const failures: { client: string; error: unknown }[] = [];
  let probes = 0;
  const look = (host: string, check: ClientCheck, { apiKey, ...held }: WitnessCredential): Promise<void> => {
    const { client, successor } = check;
    const asked = (presented: Parameters<Probe>[1]) => {
      probes++;
      return probe(host, presented);
    };
    const { certificateChain, privateKey } = held;
    return asked({ apiKey, certificateChain, privateKey }).then((verdict) =>
      demandKeptOut(verdict, () => asked({ apiKey }), { client, host, scope, successor }),
    );
  };
  const attempt = async (check: ClientCheck): Promise<void> => {
    const held = await heldBy(check);
    const ended = await Promise.allSettled(hosts.map((host) => look(host, check, held)));
    const errors = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (errors.length > 0) throw gravest(errors);
  };
  const noting = (check: ClientCheck) =>
    attempt(check).catch((error) => void failures.push({ client: check.client, error }));
  await pMap(witnesses, noting, { concurrency: CONCURRENCY });
  const gravestOf = failures.filter(({ error }) => !isUrgent || Object(error).name === 'TrustWidened');
  if (gravestOf.length > 0) throw gravest(gravestOf.map(({ error }) => error));
  return { probes, unwitnessed: [...new Set(failures.map(({ client }) => client))] };
}

import pMap from 'p-map';
import { demandOwnKey } from '../../domain/blocked/misplaced.ts';
import { CERTIFICATE_REQUIRED, type Verdict } from '../../domain/cut/verdict.ts';
import { gravest } from '../../domain/errors.ts';
import { hostsOf } from '../../domain/overlap/own-hosts.ts';
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
  /** Whether a client beside it was seen to be asked for a certificate there, by the same project's hosts. */
  enforcedBeside: (host: string, project: string) => Promise<boolean>;
  /** True in an emergency, which waits for no witness that proves nothing. */
  isUrgent: boolean;
  /** True as long as what is to be cut still stands: whoever leads to that as well may get in by it (F7). */
  isBeforeCut: boolean;
};

/** Calls made, and whom they proved nothing of. */
export type KeptOut = { probes: number; unwitnessed: string[] };

/**
 * Shows that every witness is turned away by a filter on every host that answers it (F16). Throws the gravest of what was found; in an emergency only that
 * one gets in, and the others are named.
 */
export async function proveKeptOut(keeping: Keeping): Promise<KeptOut> {
  const { failures, ...keptOut } = await lookAtWitnesses(keeping);
  if (failures.length > 0) throw gravest(failures.map(({ error }) => error));
  return keptOut;
}

/** Looks at every witness, whatever the others come to. `failures` are what halts the scope, each with the successor that it is about. */
export async function lookAtWitnesses(
  keeping: Keeping,
): Promise<KeptOut & { failures: { successor: string; error: unknown }[] }> {
  const { probe, hosts, scope, witnesses, heldBy, enforcedBeside, isUrgent, isBeforeCut } = keeping;
  const found: { client: string; successor: string; error: unknown }[] = [];
  let probes = 0;
  const look = (host: string, check: ClientCheck, { apiKey, ...held }: WitnessCredential): Promise<void> => {
    const { client, project, successor, afterCut = false } = check;
    const asked = (presented: Parameters<Probe>[1]) => {
      probes++;
      return probe(host, presented);
    };
    // Who is seen to get in is not let off because his own control says nothing: mutual TLS is on for all of a project or for nobody (F8).
    const control = async (): Promise<Verdict> => {
      const own = await asked({ apiKey });
      const isElse = own.kind === 'inconclusive' && (await enforcedBeside(host, project));
      return isElse ? { kind: 'refused', code: CERTIFICATE_REQUIRED } : own;
    };
    const { certificateChain, privateKey } = held;
    // What is compromised is cut all the same, and the witness judged after it (I16). Where there is time nothing is widened for the length of a soak.
    const mayBeLetIn = isBeforeCut && afterCut && isUrgent;
    return asked({ apiKey, certificateChain, privateKey }).then((verdict) => {
      // Another project's anchors let it in there: that says nothing of this one's filter.
      demandOwnKey(verdict, { client, project }, host);
      return demandKeptOut(verdict, control, {
        ...{ client, host, scope, successor, mayBeLetIn },
        leadsToRetiring: isBeforeCut && afterCut,
      });
    });
  };
  const attempt = async (check: ClientCheck): Promise<void> => {
    const held = await heldBy(check);
    const ended = await Promise.allSettled(hostsOf(check, hosts).map((host) => look(host, check, held)));
    const errors = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (errors.length > 0) throw gravest(errors);
  };
  const noting = (check: ClientCheck) =>
    attempt(check).catch((error) => {
      const { client, successor } = check;
      found.push({ client, successor, error });
    });
  await pMap(witnesses, noting, { concurrency: CONCURRENCY });
  const failures = found.filter(({ error }) => !isUrgent || Object(error).name === 'TrustWidened');
  return { probes, unwitnessed: [...new Set(found.map(({ client }) => client))], failures };
}

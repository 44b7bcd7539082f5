import pMap from 'p-map';
import { demandOwnKey } from '../../domain/blocked/misplaced.ts';
import { CERTIFICATE_REQUIRED, type Verdict } from '../../domain/cut/verdict.ts';
import { gravest } from '../../domain/errors.ts';
import { hostsOf } from '../../domain/overlap/own-hosts.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import { demandKeptOut } from '../../domain/witnesses/kept-out.ts';
import type { WitnessCredential } from '../secrets/witness-leaf.ts';
import type { Probe } from './probe.ts';

/** Witnesses that are probed at once in one scope. */
const CONCURRENCY = 10;

/** The witnesses of a scope, and where they are looked at. */
export type Keeping = {
  probe: Probe;
  hosts: readonly string[];
  scope: string;
  witnesses: readonly ClientCheck[];
  heldBy: (check: ClientCheck) => Promise<WitnessCredential>;
  /** Whether a client of the same project was asked for a certificate at that host in the same look. */
  enforcedBeside: (host: string, project: string) => Promise<boolean>;
  /** `true` in an emergency, which waits for no witness that proves nothing. */
  isUrgent: boolean;
  /** `true` while what is to be cut is still active: a witness that leads to it too may get in by it (F7). */
  isBeforeCut: boolean;
};

/** The number of calls, and the witnesses of which they proved nothing. */
export type KeptOut = { probes: number; unwitnessed: string[] };

/**
 * Proves that every witness is turned away by a filter, on every host that answers it (F16). Throws the
 * gravest failure. In an emergency it throws only for a witness that gets in, and names the others in
 * `unwitnessed`.
 */
export async function proveKeptOut(keeping: Keeping): Promise<KeptOut> {
  const { failures, ...keptOut } = await lookAtWitnesses(keeping);
  if (failures.length > 0) throw gravest(failures.map(({ error }) => error));
  return keptOut;
}

/**
 * Looks at every witness, whatever the others come to. `failures` halt the scope; each has the successor that
 * it concerns.
 */
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
    // When the witness's own control says nothing, a client's control at the same host answers for it. Mutual
    // TLS is on for a whole project or for none of it (F8). So a witness that gets in is reported all the
    // same.
    const control = async (): Promise<Verdict> => {
      const own = await asked({ apiKey });
      const isElse = own.kind === 'inconclusive' && (await enforcedBeside(host, project));
      return isElse ? { kind: 'refused', code: CERTIFICATE_REQUIRED } : own;
    };
    const { certificateChain, privateKey } = held;
    // In an emergency a witness may still get in by the compromised anchor. That anchor is cut all the same,
    // and the witness is judged afterwards (I16). Where there is time this is not allowed: trust must not be
    // widened for the length of a soak.
    const mayBeLetIn = isBeforeCut && afterCut && isUrgent;
    return asked({ apiKey, certificateChain, privateKey }).then((verdict) => {
      // The anchors of another project let the witness in there, which says nothing of this successor's
      // filter.
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

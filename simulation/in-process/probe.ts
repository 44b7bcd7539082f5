import { createPrivateKey, type X509Certificate } from 'node:crypto';
import type { Presented, Probe } from '../../lambdas/adapters/hosts/probe.ts';
import { fingerprintOf } from '../../lambdas/adapters/x509/leaf.ts';
import { certificatesIn } from '../../lambdas/adapters/x509/pem.ts';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';
import { createAdmission } from '../certificates/admission.ts';
import { type PresentedChain, presentedChain } from '../certificates/presented-chain.ts';
import { type Wire, WireFailure } from './wire.ts';
import type { World } from './world.ts';

/** What a probe holds, read once: no TLS session begins with a key that is not the leaf's. */
type Credential = { chain: PresentedChain | null; fingerprint: string; usable: boolean };

const admission = createAdmission();
const credentials = new Map<string, Credential>();

/** Client traffic without its sockets. */
export function inProcessProbe({ organization, hosts, ownerOf, projectOf }: World, wire: Wire): Probe {
  const answer = (host: string, apiKey: string, credential: Credential | null): Verdict => {
    if (!hosts.includes(host)) throw new Error(`no host ${host}`);
    const project = projectOf(apiKey);
    if (!project) return { kind: 'inconclusive', why: "the client's API key was refused" };
    if (credential && !credential.usable)
      return { kind: 'inconclusive', why: 'the key is not the one of the leaf' };
    const trusted = organization.trusted(project, host);
    return admission({ presented: credential?.chain ?? null, trusted, now: organization.now() });
  };
  return async (host, presented) => {
    const credential = credentialOf(presented);
    const about = `${host} ${credential?.fingerprint ?? CONTROL}`;
    const call = { op: 'probe', scope: ownerOf(presented.apiKey), about, changes: false } as const;
    try {
      return await wire(call, () => answer(host, presented.apiKey, credential));
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      return { kind: 'inconclusive', why: error.message };
    }
  };
}

/** What stands in a probe's call where there is no leaf. */
const CONTROL = 'control';

function credentialOf({ certificateChain, privateKey = '' }: Presented): Credential | null {
  if (!certificateChain) return null;
  const key = certificateChain + privateKey;
  const known = credentials.get(key) ?? read(certificateChain, privateKey);
  credentials.set(key, known);
  return known;
}

function read(certificateChain: string, privateKey: string): Credential {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  const intermediates = rest.filter((certificate): certificate is X509Certificate => certificate !== null);
  return {
    chain: leaf ? presentedChain(leaf, intermediates) : null,
    fingerprint: fingerprintOf(certificateChain),
    usable: leaf?.checkPrivateKey(createPrivateKey(privateKey)) ?? false,
  };
}

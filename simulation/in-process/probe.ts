import { createPrivateKey, type X509Certificate } from 'node:crypto';
import type { Presented, Probe } from '../../lambdas/adapters/hosts/probe.ts';
import { fingerprintOf } from '../../lambdas/adapters/x509/leaf.ts';
import { certificatesIn } from '../../lambdas/adapters/x509/pem.ts';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';
import { createChainJudge, type PresentedChain, presentedChain } from '../certificates/presented-chain.ts';
import { type Wire, WireFailure } from './wire.ts';
import type { World } from './world.ts';

/** What a probe holds, read once: no TLS session begins with a key that is not the leaf's. */
type Credential = { chain: PresentedChain | null; fingerprint: string; usable: boolean };

const judge = createChainJudge();
const credentials = new Map<string, Credential>();

/** Client traffic without its sockets: judged as the traffic host judges it, by what this host trusts now (F7, F8, F11). */
export function inProcessProbe({ organization, ownerOf, projectOf, trustedAt }: World, wire: Wire): Probe {
  const answer = (host: string, apiKey: string, credential: Credential | null): Verdict => {
    const project = projectOf(apiKey);
    if (!project) return { kind: 'inconclusive', why: "the client's API key was refused" };
    if (credential && !credential.usable)
      return { kind: 'inconclusive', why: 'the key is not the one of the leaf' };
    const anchors = trustedAt(host, project);
    if (anchors.length === 0) return { kind: 'accepted' };
    if (!credential) return { kind: 'refused', code: 'certificate_required' };
    const now = organization.now();
    // The certificates in here outlive every simulation, so that they can be shared: the API's dates are what counts.
    const valid = anchors.filter(({ validAt = 0, expiresAt }) => validAt <= now && now < expiresAt);
    const { chain } = credential;
    const code = chain ? judge(chain, valid, now) : 'invalid_certificate';
    return code ? { kind: 'refused', code } : { kind: 'accepted' };
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
export const CONTROL = 'control';

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

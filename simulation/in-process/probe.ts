import type { Probe } from '../../lambdas/adapters/hosts/probe.ts';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';
import { createAdmission } from '../certificates/admission.ts';
import { type Credential, credentialOf, leafInWords } from './credential.ts';
import { type Wire, WireFailure } from './wire.ts';
import type { World } from './world.ts';

const admission = createAdmission();

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
    const about = `${host} ${leafInWords(credential)}`;
    const call = { op: 'probe', scope: ownerOf(presented.apiKey), about, changes: false } as const;
    try {
      return await wire(call, () => answer(host, presented.apiKey, credential));
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      return { kind: 'inconclusive', why: error.message };
    }
  };
}

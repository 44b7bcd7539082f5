import type { Probe } from '../../lambdas/adapters/hosts/probe.ts';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';
import { answeredElsewhere } from '../../lambdas/domain/overlap/answered-elsewhere.ts';
import { type Admission, createAdmission, projectTold } from '../certificates/admission.ts';
import { misdirected } from '../certificates/regional-hosts.ts';
import { type Credential, credentialOf, leafInWords } from './credential.ts';
import { type Wire, WireFailure } from './wire.ts';
import type { World } from './world.ts';

const admission = createAdmission();

type Inconclusive = Extract<Verdict, { kind: 'inconclusive' }>;

/** Client traffic without its sockets. */
export function inProcessProbe(
  { organization, hosts, regions, ownerOf, projectOf }: World,
  wire: Wire,
): Probe {
  type Answer = (Admission & { project: string | null }) | Inconclusive;
  const answer = (host: string, apiKey: string, credential: Credential | null): Answer => {
    if (!hosts.includes(host)) throw new Error(`no host ${host}`);
    const project = projectOf(apiKey);
    if (!project)
      return { kind: 'inconclusive', why: "the client's API key was refused", isKeyRefused: true };
    if (credential && !credential.usable)
      return { kind: 'inconclusive', why: 'the key is not the one of the leaf' };
    const elsewhere = misdirected(project, host, regions);
    if (elsewhere !== null) return answeredElsewhere(elsewhere);
    const trusted = organization.trusted(project, host);
    const admitted = admission({ presented: credential?.chain ?? null, trusted, now: organization.now() });
    return { ...admitted, project: projectTold(organization, project, admitted) };
  };
  return async (host, presented) => {
    const credential = credentialOf(presented);
    const about = `${host} ${leafInWords(credential)}`;
    const judged: { by?: string } = {};
    const call = { op: 'probe', scope: ownerOf(presented.apiKey), about, changes: false, judged } as const;
    try {
      return await wire(call, (): Verdict => {
        const told = answer(host, presented.apiKey, credential);
        if (told.kind === 'inconclusive') return told;
        const { project } = told;
        if (told.kind === 'refused') return { kind: 'refused', code: told.code };
        if (told.by) judged.by = told.by;
        return { kind: 'accepted', ...(project && { project }) };
      });
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      return { kind: 'inconclusive', why: error.message, passing: true };
    }
  };
}

import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { WorkloadIdentities } from '../world/workload-identities.ts';
import { createAdmission, isEnforced } from './admission.ts';
import { attributesOf } from './leaf-attributes.ts';
import { type LeafExpression, readExpression } from './leaf-language.ts';
import type { PresentedChain } from './presented-chain.ts';

/** One caller of a token host. */
type Claim = { identityProviderId: string; serviceAccountId: string; presented: PresentedChain | null };

/**
 * How a token host says that mutual TLS refused the caller: as OAuth (`invalid_subject_token`), or in the
 * API's own words (F11). The vendor's documents do not say which.
 */
export type RefusesAs = 'oauth' | 'api';

/** A token and its life in seconds, or the OAuth error or API code that refuses it. */
export type Granted =
  | { kind: 'granted'; token: string; expiresIn: number }
  | { kind: 'oauth'; code: 'invalid_grant' | 'invalid_subject_token'; why: string }
  | { kind: 'api'; code: string };

type Options = {
  organization: Pick<SimulatedOrganization, 'trusted' | 'now'>;
  identities: WorkloadIdentities;
  refusesAs?: RefusesAs | undefined;
  /** Whether a project exists and is not archived; by default each does. */
  isOpen?: (project: string) => boolean;
};

/**
 * Returns an exchange of leaves for tokens as at a token host (F17). The same active anchors and filters
 * count as everywhere, as this host has heard of them. Then the identity that the provider derives from the
 * leaf has to equal a mapping's exactly.
 */
export function createTokenExchange(options: Options) {
  const { organization, identities, refusesAs = 'oauth', isOpen = () => true } = options;
  const admission = createAdmission();
  const expressions = new Map<string, LeafExpression>();
  const derived = (text: string, leaf: PresentedChain['leaf']): unknown => {
    const expression = expressions.get(text) ?? readExpression(text, 'string', 'an identity is a text');
    expressions.set(text, expression);
    return expression(attributesOf(leaf));
  };
  return ({ identityProviderId, serviceAccountId, presented }: Claim, host: string): Granted => {
    const [text, project] = [
      identities.identityOf(identityProviderId),
      identities.projectOf(serviceAccountId),
    ];
    if (text === undefined || project === undefined || !isOpen(project))
      return { kind: 'oauth', code: 'invalid_grant', why: 'No such identity provider or service account.' };
    const trusted = organization.trusted(project, host);
    const answer = admission({ presented, trusted, now: organization.now() });
    // Where nothing is enforced no leaf is verified, so none can be the subject.
    const code = answer.kind === 'refused' ? answer.code : NO_PATH;
    if (answer.kind === 'refused' || !isEnforced(trusted) || !presented)
      return refusesAs === 'api'
        ? { kind: 'api', code }
        : { kind: 'oauth', code: 'invalid_subject_token', why: 'The subject cannot be verified.' };
    const identity = derived(text, presented.leaf);
    if (typeof identity !== 'string' || !identities.isMapped(identityProviderId, identity, serviceAccountId))
      return { kind: 'oauth', code: 'invalid_grant', why: 'No mapping matches.' };
    return { kind: 'granted', ...identities.issue(serviceAccountId) };
  };
}

export type TokenExchange = ReturnType<typeof createTokenExchange>;

const NO_PATH = 'certificate_verification_failed';

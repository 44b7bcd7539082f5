import type { Exchanges } from '../../domain/cut/exchange.ts';
import { COPY_THE_FILTER, exchangeRefusals, FILTERED, type Verdict } from '../../domain/cut/verdict.ts';
import { type ClientCredential, withIdentityOf } from '../secrets/client-credential.ts';
import { differencesOf } from '../x509/attributes.ts';
import type { Entrance } from './entrance.ts';

/** A leaf that was given no token, and the leaf that its client had until now, if it still holds that. */
type Refused = { credential: ClientCredential; former: ClientCredential | null };

/**
 * Returns in words why a leaf was given no token (F17). The OAuth code does not say it, but other calls do.
 * The former leaf's exchange tells whether the provider knows the client at all. A token of the former leaf,
 * presented with the new leaf, tells whether mutual TLS refuses the new one. If none of this tells, the words
 * say so.
 */
export async function whyNoToken(
  entrance: Entrance,
  host: string,
  { own }: Exchanges,
  { credential, former }: Refused,
): Promise<string> {
  if (own.kind !== 'refused') return '';
  if (!(exchangeRefusals as readonly string[]).includes(own.code)) return mutualTls('the token host', own);
  const unsaid = `an OAuth error does not say why: ${orFiltered(own.code, UNKNOWN_TO_IT)}`;
  if (!former) return unsaid;
  const asBefore = withIdentityOf(former, credential);
  const before = await entrance.exchanges(asBefore);
  if (before?.own.kind === 'refused')
    return `the retiring leaf is given none either (${before.own.code}), so ${orFiltered(before.own.code, UNKNOWN_IDS)}`;
  if (before?.own.kind !== 'accepted') return unsaid;
  const seen = await entrance.present(host, credential, asBefore);
  if (seen.kind === 'refused') return mutualTls(host, seen);
  const changed = differencesOf(former.certificateChain, credential.certificateChain);
  const named =
    changed.length > 0
      ? `${changed.join(' and ')} of the new leaf ${changed.length > 1 ? 'are' : 'is'} not what the retiring leaf has`
      : 'the subject and the alternative names of both leaves are the same';
  const tls = seen.kind === 'accepted' ? 'mutual TLS lets the leaf in, and ' : '';
  return `${tls}the retiring leaf is given a token, so the new leaf's identity matches no mapping: ${named}. Issue the leaf as before, or add a mapping for it`;
}

const mutualTls = (where: string, { code }: Extract<Verdict, { kind: 'refused' }>): string =>
  code === FILTERED
    ? `the successor's filter refuses the leaf at ${where} (${FILTERED}): ${COPY_THE_FILTER}`
    : `mutual TLS refused the leaf at ${where}: ${code}`;

const UNKNOWN_IDS =
  "the identity provider or the service account may be unknown: look at identityProviderId and serviceAccountId in the client's secret";
const UNKNOWN_TO_IT = `what the identity provider derives from the leaf may match no mapping, or ${UNKNOWN_IDS}`;

/**
 * Adds that the successor's filter may be the cause: a host may ask a renewal about the leaf that a client
 * has had all along (F7). No other call shows that filter when the client has no token to call with. By its
 * name `invalid_subject_token` concerns the leaf, so the filter comes first there (F16).
 */
const orFiltered = (code: string, otherwise: string): string =>
  code === 'invalid_subject_token'
    ? `${MAY_BE_FILTERED}; or ${otherwise}`
    : `${otherwise}; or ${MAY_BE_FILTERED}`;

const MAY_BE_FILTERED = `the successor's filter may refuse the leaf: ${COPY_THE_FILTER}`;

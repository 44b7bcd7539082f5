import type { Dispatcher } from 'undici';
import * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import { LONGEST_TOKEN } from '../../domain/cut/exchange.ts';
import {
  CERTIFICATE_REQUIRED,
  certificateRefusals,
  exchangeRefusals,
  type NoPass,
  passingExchangeErrors,
} from '../../domain/cut/verdict.ts';
import { authHostFromEnvironment } from '../environment.ts';
import { scrub } from '../scrub.ts';
import {
  inconclusive,
  inconclusiveAnswer,
  onFreshSession,
  type PresentedLeaf,
  passing,
  readJson,
} from './fresh-session.ts';

/**
 * The identity that a keyless client claims (F17), and the leaf that proves it. The control has no leaf (I8).
 */
export type Claimed = { identityProviderId: string; serviceAccountId: string } & PresentedLeaf;

/** A bearer token, which is a secret like any key, or why none was given. */
export type Exchanged = { kind: 'accepted'; token: string } | NoPass;

/**
 * Exchanges a leaf for a token at the token host, over a new TLS session (F17, I8). Never throws for what the
 * network or the host does: that is an inconclusive verdict (I9). A refusal has an OAuth code, which does not
 * say why.
 */
export type Exchange = (claimed: Claimed) => Promise<Exchanged>;

/**
 * Exchanges with `POST {authHost}/oauth/token`. The SDK has the same call, but cannot be used here: it keeps
 * its connections, and knows only one token host and one API host. It also never shows the token, which has
 * to be presented with another leaf.
 */
export const undiciExchange =
  ({ authHost, timeoutMs }: { authHost: string; timeoutMs: number }): Exchange =>
  (claimed) =>
    onFreshSession(
      {
        ...{ method: 'POST', base: authHost, path: '/oauth/token' },
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token_type: 'urn:openai:params:oauth:token-type:x509',
          identity_provider_id: claimed.identityProviderId,
          service_account_id: claimed.serviceAccountId,
        }),
      },
      claimed,
      timeoutMs,
      (answer) => judge(answer, claimed),
    );

/** Returns the exchange that the steps use. */
export const exchangeFromEnvironment = (): Exchange =>
  undiciExchange({ authHost: authHostFromEnvironment(), timeoutMs: 10_000 });

const refusals: readonly string[] = [CERTIFICATE_REQUIRED, ...certificateRefusals, ...exchangeRefusals];

async function judge(
  { statusCode, body }: Dispatcher.ResponseData,
  { certificateChain = '', privateKey = '' }: Claimed,
): Promise<Exchanged> {
  const answer = await readJson(body);
  if (statusCode >= 200 && statusCode < 300) return tokenIn(answer);
  const { code, message } = errorIn(answer);
  if (REFUSING.includes(statusCode) && code && refusals.includes(code)) return { kind: 'refused', code };
  const said = scrub(`${statusCode} ${code ?? ''} ${message ?? ''}`, [
    certificateChain,
    privateKey,
    tokenTextIn(answer),
  ]);
  const why = `the token host answered ${said}`;
  return code && passingExchangeErrors.includes(code) ? passing(why) : inconclusiveAnswer(statusCode, why);
}

/**
 * The statuses of an OAuth refusal, whose code says whether it is one. Any other status is a problem of the
 * host.
 */
const REFUSING: readonly number[] = [400, 401, 403];

/**
 * `expires_in` has an upper limit: what an emergency says of old tokens relies on how long a token may live.
 */
const tokenBody = z.object({
  access_token: z.string().regex(/^[\w.~+/-]+=*$/, 'is no bearer token'),
  token_type: z.string().regex(/^bearer$/i, 'is not Bearer'),
  expires_in: z.number().positive().max(LONGEST_TOKEN, `is more than ${LONGEST_TOKEN} seconds`),
});

function tokenIn(answer: unknown): Exchanged {
  const parsed = tokenBody.safeParse(answer);
  if (parsed.success) return { kind: 'accepted', token: parsed.data.access_token };
  return inconclusive(`the token host's answer is no token: ${badFields(parsed.error, 'the answer')}`);
}

/** Returns a token that stands beside an error: the error's text may repeat it (I14). */
const tokenTextIn = (answer: unknown): string => {
  const { access_token: token } = Object(answer) as { access_token?: unknown };
  return typeof token === 'string' ? token : '';
};

const told = z.string().nullish();
const errorBody = z.looseObject({
  error: z.union([z.string(), z.looseObject({ code: told, message: told })]),
  error_description: told,
});

/**
 * Returns the code and message of a refusal, in OAuth's form or the API's; empty when the body has neither
 * form.
 */
function errorIn(answer: unknown): { code?: string | null | undefined; message?: string | null | undefined } {
  const parsed = errorBody.safeParse(answer);
  if (!parsed.success) return {};
  const { error, error_description: message } = parsed.data;
  return typeof error === 'string' ? { code: error, message } : error;
}

import type { Dispatcher } from 'undici';
import * as z from 'zod';
import { projectIn } from '../../domain/blocked/misplaced.ts';
import { CERTIFICATE_REQUIRED, certificateRefusals, type Verdict } from '../../domain/cut/verdict.ts';
import { answeredElsewhere, INCORRECT_HOSTNAME } from '../../domain/overlap/answered-elsewhere.ts';
import { probePathFromEnvironment } from '../environment.ts';
import { scrub } from '../scrub.ts';
import {
  inconclusive,
  inconclusiveAnswer,
  onFreshSession,
  type PresentedLeaf,
  readJson,
} from './fresh-session.ts';

/**
 * What a probe presents: an API key, or a keyless client's token in its place (F17), and a client certificate
 * unless it is the control (I8).
 */
type Presented = { apiKey: string } & PresentedLeaf;

/**
 * Makes one real call to an mTLS base URL (such as `https://mtls.api.openai.com/v1`) over a new TLS session
 * (I8). Never throws for what the network or the host does: that is an inconclusive verdict (I9).
 */
export type Probe = (host: string, presented: Presented) => Promise<Verdict>;

/** The route that the key of any project may be allowed to read, with the scope `api.model.read`. */
const MODELS = '/models';

/**
 * Probes with `GET {host}{path}`. `timeoutMs` limits the whole call, from the name look-up to the end of the
 * answer. A client's key may not be allowed the default route: any other GET that answers it with a 2xx
 * proves as much.
 */
export const undiciProbe =
  ({ timeoutMs, path = MODELS }: { timeoutMs: number; path?: string }): Probe =>
  (host, presented) =>
    onFreshSession(
      {
        ...{ method: 'GET', base: host, path },
        headers: { authorization: `Bearer ${presented.apiKey}`, accept: 'application/json' },
      },
      presented,
      timeoutMs,
      async (answer) => ({ ...(await judge(answer, presented)), ...toldIn(answer) }),
    );

/** Returns the probe that the steps use. */
export const probeFromEnvironment = (): Probe =>
  undiciProbe({ timeoutMs: 10_000, path: probePathFromEnvironment() });

/** Returns the project that an answer names: the one that the key belongs to (F10). */
function toldIn({ headers }: Dispatcher.ResponseData): Pick<Verdict, 'project'> {
  const project = projectIn(headers['openai-project']);
  return project === undefined ? {} : { project };
}

const mtlsCodes: readonly string[] = [CERTIFICATE_REQUIRED, ...certificateRefusals];

/**
 * Judges an answer. Only a 2xx is a pass, and only F11's own codes are a refusal: anything else says nothing
 * about the certificate.
 */
async function judge(
  { statusCode, body }: Dispatcher.ResponseData,
  { apiKey, certificateChain = '', privateKey = '' }: Presented,
): Promise<Verdict> {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'accepted' };
  const { code, message } = errorIn(await readJson(body));
  if (statusCode === 401 && code && mtlsCodes.includes(code)) return { kind: 'refused', code };
  const said = scrub(`${statusCode} ${code ?? ''} ${message ?? ''}`, [apiKey, certificateChain, privateKey]);
  if (statusCode === 401 && code === INCORRECT_HOSTNAME) return answeredElsewhere(said);
  if (statusCode === 401) {
    const why = `the client's API key was refused: ${said}`;
    // An answer without a code may come from anybody, such as a proxy.
    return code ? { kind: 'inconclusive', why, isKeyRefused: true } : inconclusive(why);
  }
  if (statusCode >= 300 && statusCode < 400) return inconclusive(`a redirect, which proves nothing: ${said}`);
  return inconclusiveAnswer(statusCode, `the host answered ${said}`);
}

const errorBody = z.looseObject({
  error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }),
});

/** Returns the code and message of the API's error; empty when the body is not the API's. */
function errorIn(answer: unknown): { code?: string | null | undefined; message?: string | null | undefined } {
  const parsed = errorBody.safeParse(answer);
  return parsed.success ? parsed.data.error : {};
}

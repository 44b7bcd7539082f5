import { setTimeout as pause } from 'node:timers/promises';
import type { LambdaHost } from '../functions/lambda-host.ts';
import { faultResponse } from '../served/answering.ts';
import type { Interception } from '../served/interception.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { ApiFault } from '../world/api-fault.ts';
import type { FaultKind } from '../world/fault-kinds.ts';

/** The style of a refusal: OpenAI's, or an AWS service's. */
export type Dialect = 'openai' | 'aws';

/** Real milliseconds for which a hanging call leaves other calls alone, and between two looks at it. */
const [PATIENCE_MS, LOOK_MS] = [12, 3];

/** A slow answer: its virtual seconds, less than any guard allows, and its real milliseconds. */
const [SLOW_SECONDS, SLOW_MS] = [4, 20];

type Struck = { host: Pick<LambdaHost, 'crash' | 'expire'>; clock: VirtualClock };

/** The interception for one fault. */
export const answerOf = async (fault: FaultKind, dialect: Dialect, struck: Struck): Promise<Interception> =>
  answers[fault](struck, dialect);

const answers: Record<FaultKind, (struck: Struck, dialect: Dialect) => Interception | Promise<Interception>> =
  {
    timeout:
      ({ host }) =>
      async (socket) => {
        await pause(PATIENCE_MS);
        for (; !socket.destroyed; await pause(LOOK_MS)) host.expire();
      },
    reset: () => 'reset',
    'lost-reply': () => 'drop-reply',
    429: (_, dialect) => refusals[dialect](429),
    500: (_, dialect) => refusals[dialect](500),
    503: (_, dialect) => refusals[dialect](503),
    page: () => pageInBetween(),
    malformed: () => 'garble',
    async slow({ clock }) {
      clock.advanceTo(clock.now() + SLOW_SECONDS);
      await pause(SLOW_MS);
      return undefined;
    },
    'crash-before':
      ({ host }) =>
      async () =>
        host.crash(),
    'crash-after'({ host }) {
      host.crash();
      return 'drop-reply';
    },
  };

/** What a gateway answers by itself, in no dialect of the service behind it. */
const pageInBetween = (): Response =>
  new Response('<html><title>403 Forbidden</title></html>', {
    status: 403,
    headers: { 'content-type': 'text/html' },
  });

type Status = 429 | 500 | 503;

const apiFaults: Record<Status, () => ApiFault> = {
  429: () => new ApiFault(429, 'Rate limit reached.', { code: 'rate_limit_exceeded' }),
  500: () => new ApiFault(500, 'The server had an error while processing your request.'),
  503: () =>
    new ApiFault(503, 'The service is not available.', { code: 'authentication_temporarily_unavailable' }),
};

const awsFaults: Record<Status, string> = {
  429: 'ThrottlingException',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

const refusals: Record<Dialect, (status: Status) => Response> = {
  openai: (status) => faultResponse(apiFaults[status]()),
  aws: (status) => {
    const name = awsFaults[status];
    return Response.json(
      { __type: name, message: 'The rehearsal says so.' },
      { status, headers: { 'x-amzn-errortype': name } },
    );
  },
};

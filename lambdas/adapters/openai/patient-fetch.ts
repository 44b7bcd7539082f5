/** How a call waits for its turn: the milliseconds for each attempt and for all waits together, and who is told of a wait. */
export type Patience = {
  attemptMs: number;
  patienceMs: number;
  onWait?: ((milliseconds: number) => void) | undefined;
};

/** The most by which a wait is longer than what the API asks for, in seconds. */
const MOST_JITTER = 16;

/** Milliseconds to wait where the API asks for seconds, after so many refusals before; `chance` is from 0 to 1. */
export const waitAfter = (seconds: number, refusals: number, chance: number): number =>
  1_000 * (seconds + chance * Math.min(2 ** refusals, MOST_JITTER));

/**
 * A `fetch` that waits where the API says when to come again (429 with `Retry-After`, F12), as often as it says so and patience
 * lasts: nobody fails for that alone. Those that were refused together come back apart from each other, the further the more
 * often they were. A 429 that names no time is left to the API client.
 */
export function patientFetch(fetching: typeof fetch, patience: Patience): typeof fetch {
  return async (input, init) => {
    const deadline = performance.now() + patience.patienceMs;
    for (let refusals = 0; ; refusals++) {
      const answer = await withinTime(fetching, patience.attemptMs)(input, init);
      const seconds = answer.status === 429 ? secondsIn(answer.headers.get('retry-after')) : null;
      if (seconds === null) return answer;
      const wait = waitAfter(seconds, refusals, Math.random());
      if (performance.now() + wait > deadline) return givenUp(answer);
      await answer.body?.cancel();
      patience.onWait?.(wait);
      await new Promise((resume) => setTimeout(resume, wait));
      init?.signal?.throwIfAborted();
    }
  };
}

/** The API client's own time limit goes on while we wait: each attempt has one of its own, until its head is there. */
const withinTime =
  (fetching: typeof fetch, milliseconds: number): typeof fetch =>
  async (input, init) => {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new DOMException('no answer in time', 'TimeoutError')),
      milliseconds,
    );
    const signals = [late.signal, ...(init?.signal ? [init.signal] : [])];
    try {
      return await fetching(input, { ...init, signal: AbortSignal.any(signals) });
    } finally {
      clearTimeout(timer);
    }
  };

/** Seconds, as F12 has it; what else may stand there says nothing. */
function secondsIn(header: string | null): number | null {
  return header !== null && /^\d+(\.\d+)?$/.test(header) ? Number(header) : null;
}

/** The same refusal, which the API client is not to wait for once more. */
function givenUp({ body, status, statusText, headers }: Response): Response {
  const final = new Headers(headers);
  final.set('x-should-retry', 'false');
  return new Response(body, { status, statusText, headers: final });
}

/**
 * How a call waits for its turn: the milliseconds for each attempt and for all waits together, and who is
 * told of a wait.
 */
export type Patience = {
  attemptMs: number;
  patienceMs: number;
  onWait?: ((milliseconds: number) => void) | undefined;
};

/** The most by which a wait is longer than the API asks for, in seconds. */
const MOST_JITTER = 16;

/**
 * Returns the milliseconds to wait when the API asks for `seconds`, after a number of earlier refusals.
 * `chance` is from 0 to 1.
 */
export const waitAfter = (seconds: number, refusals: number, chance: number): number =>
  1_000 * (seconds + chance * Math.min(2 ** refusals, MOST_JITTER));

/**
 * Returns a `fetch` that waits when the API says when to come again (429 with `Retry-After`, F12), as often
 * as it says so and patience lasts. So no call fails for a 429 alone. Calls that were refused together come
 * back at different times, further apart the more often they were refused. A 429 that names no time is left
 * to the API client.
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

/**
 * Gives each attempt a time limit of its own, until the head of its answer is there: the API client's own
 * time limit continues to run during our waits.
 */
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

/** Returns the seconds of a `Retry-After` header (F12); null for any other form, which says nothing. */
function secondsIn(header: string | null): number | null {
  return header !== null && /^\d+(\.\d+)?$/.test(header) ? Number(header) : null;
}

/** Returns the same refusal, marked so that the API client does not wait and retry once more. */
function givenUp({ body, status, statusText, headers }: Response): Response {
  const final = new Headers(headers);
  final.set('x-should-retry', 'false');
  return new Response(body, { status, statusText, headers: final });
}

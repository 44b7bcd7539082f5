/**
 * The largest answer in bytes, after decompression: a page has up to a hundred anchors, each with room for a
 * whole PEM.
 */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Returns a `fetch` whose answers end. A body longer than 4 MiB fails with a RangeError instead of filling
 * the memory. A body that is not complete `withinMs` after its head fails too, because the API client reads
 * an error's body without a time limit. A redirect is returned as it is: if it were followed, nobody would
 * know what was listed or toggled.
 */
export function boundedFetch(fetching: typeof fetch, withinMs: number): typeof fetch {
  return async (input, init) => {
    const answer = await fetching(input, { ...init, redirect: 'manual' });
    if (!answer.body) return answer;
    const { status, statusText, headers } = answer;
    const body = answer.body.pipeThrough(atMost(MAX_BYTES), { signal: AbortSignal.timeout(withinMs) });
    return new Response(body, { status, statusText, headers });
  };
}

function atMost(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen <= maxBytes) controller.enqueue(chunk);
      else controller.error(new RangeError(`the answer is longer than ${maxBytes} bytes`));
    },
  });
}

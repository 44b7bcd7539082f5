/** Bytes that an answer may have once it is unpacked: a hundred anchors to a page, each with room for a whole PEM. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * A `fetch` whose answers end: a body longer than 4 MiB fails with a RangeError instead of filling the memory,
 * and one that is not there `withinMs` after its head fails too, for the API client reads a refusal without a time
 * limit. A redirect is an answer like any other: nobody knows what a followed one would have listed or toggled.
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

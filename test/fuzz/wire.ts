import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';
import { anyJson, damaged, damagedText } from './damaged.ts';

/** What a host sends: a status, headers and a body, or bytes that may not be HTTP at all. */
export type Wire =
  | { status: number; headers: Record<string, string>; body: string | Buffer }
  | { raw: Buffer };

export const send = (response: ServerResponse, wire: Wire): void => {
  if ('raw' in wire) response.socket?.end(wire.raw);
  else response.writeHead(wire.status, wire.headers).end(wire.body);
};

/** A host over HTTP whose next answers can be set. It repeats the last one, and records what it was asked. */
export async function scriptedHost() {
  const heard: { method: string; url: string; body: string }[] = [];
  let script: readonly Wire[] = [];
  let next = 0;
  const server = createServer(async (request, response) => {
    heard.push({ method: request.method ?? '', url: request.url ?? '', body: await text(request) });
    const wire = script[Math.min(next++, script.length - 1)];
    if (wire) send(response, wire);
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    heard,
    answer(answers: readonly Wire[]): void {
      script = answers;
      next = 0;
      heard.length = 0;
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** A body as the API would send it. */
export const sent = (body: unknown, status = 200): Wire => ({
  status,
  headers: JSON_TYPE,
  body: typeof body === 'string' ? body : (JSON.stringify(body) ?? ''),
});

/** Every way in which an answer with this sound body can be bad, and sometimes the sound answer. */
export const badAnswers = (sound: object): fc.Arbitrary<Wire> =>
  fc.oneof(
    { weight: 6, arbitrary: damaged(sound).map((body) => sent(body ?? null)) },
    { weight: 2, arbitrary: damagedText(JSON.stringify(sound)).map((body) => sent(body)) },
    anyJson.map((body) => sent(body)),
    fc.tuple(fc.integer({ min: 200, max: 599 }), anyJson).map(([status, body]) => sent(body, status)),
    fc
      .tuple(fc.integer({ min: 400, max: 599 }), damaged(refusal))
      .map(([status, body]) => sent(body, status)),
    odd(JSON.stringify(sound)),
    fc.constant(sent(sound)),
  );

const refusal = { error: { message: 'No.', type: 'server_error', param: 'certificate_ids', code: 'nope' } };

/** Answers that are wrong before their JSON is read. */
const odd = (json: string): fc.Arbitrary<Wire> =>
  fc.oneof(
    fc
      .constantFrom('text/html', 'application/octet-stream', 'application/json; charset=utf-16', 'x')
      .map((type) => ok(json, { 'content-type': type })),
    fc
      .constantFrom('gzip', 'br', 'deflate', 'zstd', 'nonsense')
      .map((encoding) => ok(json, { 'content-encoding': encoding })),
    fc.nat({ max: 40 }).map((end) => ok(gzipSync(json).subarray(0, end), { 'content-encoding': 'gzip' })),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => ok(Buffer.from(bytes))),
    fc
      .tuple(fc.constantFrom(0, 100, 199, 204, 304, 600, 999), fc.constantFrom(-1, 0, 1, 1000))
      .map(([status, off]) => raw(`HTTP/1.1 ${status} Odd`, `content-length: ${json.length + off}`, json)),
    fc
      .constantFrom('zz', '-1', '5')
      .map((size) => raw('HTTP/1.1 200 OK', 'transfer-encoding: chunked', `${size}\r\n${json}`)),
    fc.string({ unit: 'binary', maxLength: 60 }).map((line) => raw(line, 'content-length: 2', '{}')),
  );

const ok = (body: string | Buffer, headers: Record<string, string> = {}): Wire => ({
  status: 200,
  headers: { ...JSON_TYPE, ...headers },
  body,
});

const raw = (line: string, header: string, body: string): Wire => ({
  raw: Buffer.from(`${line}\r\ncontent-type: application/json\r\n${header}\r\n\r\n${body}`),
});

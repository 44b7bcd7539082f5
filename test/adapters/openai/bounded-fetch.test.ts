import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { boundedFetch } from '../../../lambdas/adapters/openai/bounded-fetch.ts';
import { certificatesAnswering, certificatesWithin, listed, page, scriptedApi } from './scripted-api.ts';

/**
 * Milliseconds in which even a loaded machine reads a few megabytes. So the length ends such an answer, not
 * the time.
 */
const LONG = 60_000;

const JSON_TYPE = { 'content-type': 'application/json' };

/** An answer that never ends, written as fast as it is read. `sent` counts what went out. */
function endless(text: string) {
  const seen = { sent: 0, closed: false };
  const answer = (response: ServerResponse) => {
    response.writeHead(200, JSON_TYPE).on('close', () => {
      seen.closed = true;
    });
    const chunk = text.repeat(Math.ceil(65_536 / text.length));
    const more = () => {
      do seen.sent += chunk.length;
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  return { answer, seen };
}

test.for(['{"data":[', ' ', '['])(
  'an answer that never ends, of %j, is unreadable soon and its connection is cut',
  async (text) => {
    const { answer, seen } = endless(text);
    const { certificates } = await certificatesWithin(LONG, answer);
    await expect(certificates.list('proj_a')).rejects.toMatchObject({
      name: 'UnreadableAnswer',
      message: expect.stringMatching(/^list project proj_a.*longer than 4194304 bytes/),
    });
    await expect.poll(() => seen.closed, { timeout: LONG }).toBe(true);
    expect(seen.sent).toBeLessThan(64 * 1024 * 1024);
  },
);

test('an answer that unpacks to too much is unreadable however little was sent', async () => {
  const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
  const { certificates } = await certificatesWithin(LONG, (response) =>
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(packed),
  );
  await expect(certificates.list('proj_a')).rejects.toMatchObject({ name: 'UnreadableAnswer' });
});

test('a refusal that never ends keeps the name of its status', async () => {
  const { answer } = endless('no ');
  const { certificates } = await certificatesWithin(LONG, (response) => {
    const writeHead = response.writeHead.bind(response);
    response.writeHead = (() => writeHead(400, JSON_TYPE)) as typeof response.writeHead;
    answer(response);
  });
  await expect(certificates.list('proj_a')).rejects.toMatchObject({ name: 'ApiRefused' });
});

test('a page of a hundred anchors with whole PEMs is short enough', async () => {
  const content = 'x'.repeat(16_383);
  const entries = Array.from({ length: 100 }, (_, i) => listed(`cert_${i}`, { content }));
  const { certificates } = await certificatesAnswering(page(entries));
  expect(await certificates.list('proj_a')).toHaveLength(100);
});

test('a redirect is refused, and nothing is asked or toggled where it leads', async () => {
  const elsewhere = await scriptedApi(page([listed('cert_1')]));
  for (const status of [301, 302, 303, 307, 308]) {
    const redirect = {
      status,
      body: '',
      headers: { location: `${elsewhere.url}/organization/certificates` },
    };
    const { certificates } = await certificatesAnswering(redirect);
    await expect(certificates.list('proj_a')).rejects.toMatchObject({ name: 'ApiRefused' });
    await expect(certificates.activate('proj_a', ['cert_1'])).rejects.toMatchObject({ name: 'ApiRefused' });
  }
  expect(elsewhere.heard).toEqual([]);
});

test.for([100, 101, 103, 199, 600, 999])('a status of %d is no answer at all', async (status) => {
  const { certificates } = await certificatesAnswering((response) => {
    response.socket?.end(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`);
  });
  await expect(certificates.list('proj_a')).rejects.toMatchObject({ name: 'ApiUnavailable' });
});

test('a refusal that stops in the middle says nothing of the key', async () => {
  const { certificates } = await certificatesAnswering((response) =>
    response.writeHead(401, JSON_TYPE).write('{"error":'),
  );
  await expect(certificates.list('proj_a')).rejects.toMatchObject({ name: 'ApiUnavailable' });
});

test('what the caller aborts is aborted', async () => {
  const { url } = await scriptedApi(() => {});
  const controller = new AbortController();
  const asked = boundedFetch(fetch, 5_000)(url, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});

import { expect, test } from 'vitest';
import { readableAmong } from '../../../lambdas/adapters/openai/read-certificates.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';

/** An API that fails the first reads of a certificate with these errors. It counts how often it was asked. */
function failing(...errors: ('UnreadableAnswer' | 'ApiRefused')[]) {
  const left = errors.map((name) => new WindlassError(name, 'as the test asks'));
  let asked = 0;
  const content = async (id: string) => {
    asked++;
    const error = left.shift();
    if (error) throw error;
    return `the PEM of ${id}`;
  };
  return { content, asked: () => asked };
}

test('an answer that was cut short is asked for once more, and is no anchor that cannot be read (I17)', async () => {
  const { anchors, unread } = await readableAmong(failing('UnreadableAnswer'), ['cert_a']);
  expect(anchors).toEqual([{ anchorId: 'cert_a', pem: 'the PEM of cert_a' }]);
  expect(unread.size).toBe(0);
});

test.each([
  ['stays unreadable', ['UnreadableAnswer', 'UnreadableAnswer'], 2],
  ['is refused, which asking again does not mend', ['ApiRefused'], 1],
] as const)('one that %s is told by its id, and keeps nobody else waiting', async (_, errors, times) => {
  const api = failing(...errors);
  const { anchors, unread } = await readableAmong(api, ['cert_a']);
  expect(anchors).toEqual([]);
  expect([...unread.keys()]).toEqual(['cert_a']);
  expect(api.asked()).toBe(times);
});

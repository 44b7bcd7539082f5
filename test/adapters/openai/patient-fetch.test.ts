import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { patientFetch } from '../../../lambdas/adapters/openai/patient-fetch.ts';

/** A `fetch` that refuses `times` times, each time with a Retry-After. */
function refusing(times: number, retryAfter: string | null = '3') {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const headers = retryAfter === null ? {} : { 'retry-after': retryAfter };
  const asked: number[] = [];
  const waits: number[] = [];
  const fetching = (async () => {
    asked.push(Date.now());
    return asked.length > times ? new Response('{}') : new Response('no', { status: 429, headers });
  }) as typeof fetch;
  const patient = patientFetch(fetching, {
    ...{ attemptMs: 1_000, patienceMs: 60_000, onWait: (ms: number) => waits.push(ms) },
  });
  const answer = async () => {
    const [answered] = await Promise.all([patient('http://api'), vi.advanceTimersByTimeAsync(200_000)]);
    return answered;
  };
  return { asked, waits, answer };
}

describe('a call that the API limits (F12)', () => {
  it('waits as long as it is told and a little longer, as often as it is told, and is answered', async () => {
    const { answer, asked, waits } = refusing(5);
    expect((await answer()).status).toBe(200);
    expect(asked).toHaveLength(6);
    for (const [i, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(3_000);
      expect(wait).toBeLessThanOrEqual(3_000 + 1_000 * 2 ** i);
    }
    expect(new Set(waits).size).toBe(5);
  });

  it('is given up when its patience ends, and the API client does not wait for it again', async () => {
    const { answer, asked } = refusing(100);
    const given = await answer();
    expect([given.status, given.headers.get('x-should-retry'), await given.text()]).toEqual([
      429,
      'false',
      'no',
    ]);
    expect((asked.at(-1) ?? 0) - (asked[0] ?? 0)).toBeLessThanOrEqual(60_000);
  });

  it.each([[null], ['soon'], ['-1']])('is left to the API client where it is told %s', async (retryAfter) => {
    const { answer, asked } = refusing(1, retryAfter);
    const given = await answer();
    expect([given.status, given.headers.get('x-should-retry'), asked.length]).toEqual([429, null, 1]);
  });

  it('has a time limit of its own for each attempt', async () => {
    const silent = ((_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      })) as typeof fetch;
    const patient = patientFetch(silent, { attemptMs: 20, patienceMs: 60_000 });
    await expect(patient('http://api')).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

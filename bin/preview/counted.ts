import type { Certificates } from '../../lambdas/adapters/openai/certificates.ts';

/** Calls of the API by now, and how long one took on the average, with what it was made to wait, in seconds. */
export type Called = { calls: number; secondsEach: number };

/** Counts the calls that only read, and takes their time. */
export function counted(api: Certificates): { certificates: Certificates; called: () => Called } {
  const took: number[] = [];
  const timed = async <T>(call: Promise<T>): Promise<T> => {
    const begun = performance.now();
    return call.finally(() => void took.push((performance.now() - begun) / 1_000));
  };
  return {
    certificates: {
      ...api,
      list: (scope) => timed(api.list(scope)),
      projects: () => timed(api.projects()),
      content: (anchorId) => timed(api.content(anchorId)),
    },
    called: () => ({
      calls: took.length,
      secondsEach: took.reduce((sum, one) => sum + one, 0) / Math.max(1, took.length),
    }),
  };
}

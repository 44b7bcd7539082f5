import type { Certificates } from '../../lambdas/adapters/openai/certificates.ts';

/**
 * The number of API calls so far, and the average seconds of one call, including the time that the API made
 * it wait.
 */
export type Called = { calls: number; secondsEach: number };

/** Counts the reading calls and measures their time. */
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

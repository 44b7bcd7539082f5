import type { Scope } from '../../lambdas/domain/anchor.ts';
import { ApiFault } from './api-fault.ts';

export type ApiOperation =
  | 'list'
  | 'activate'
  | 'deactivate'
  | 'retrieve'
  | 'upload'
  | 'rename'
  | 'delete'
  | 'projects'
  | 'audit';

/** One API call and the HTTP status of its answer; `at` is Unix seconds. */
export type ApiCall = {
  at: number;
  op: ApiOperation;
  scope?: Scope;
  anchorIds?: readonly string[];
  status: number;
};

/** A log of calls on the clock `now` (Unix seconds); `logged` writes one down however it ends. */
export function createCallLog(now: () => number) {
  const calls: ApiCall[] = [];
  return {
    calls,
    logged<T>(call: Omit<ApiCall, 'at' | 'status'>, answer: (index: number) => T): T {
      const entry: ApiCall = { at: now(), ...call, status: 200 };
      const index = calls.push(entry) - 1;
      try {
        return answer(index);
      } catch (error) {
        entry.status = error instanceof ApiFault ? error.status : 500;
        throw error;
      }
    },
  };
}

import type { Scope } from '../../lambdas/domain/anchor.ts';
import { ApiFault } from './api-fault.ts';
import type { Actor } from './trust.ts';

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
  /** Who made the call, where the audit log tells of it and no change of trust does (F19). */
  by?: Actor;
  status: number;
};

/** Returns a log of calls on the clock `now` (Unix seconds). `logged` writes a call down however it ends. */
export function createCallLog(now: () => number) {
  const calls: ApiCall[] = [];
  return {
    calls,
    logged<T>(call: Omit<ApiCall, 'at' | 'status'>, answer: (index: number, entry: ApiCall) => T): T {
      const entry: ApiCall = { at: now(), ...call, status: 200 };
      const index = calls.push(entry) - 1;
      try {
        return answer(index, entry);
      } catch (error) {
        entry.status = error instanceof ApiFault ? error.status : 500;
        throw error;
      }
    },
  };
}

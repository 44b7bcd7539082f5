import type { Finding } from '../../log/findings.ts';
import { pendingIn } from '../blocking/pending.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Returns a record of the cuts of compromised anchors that could be made, and
 * since when. Times are milliseconds.
 */
export function createPossibleCuts(context: JudgeContext) {
  /** By `anchor in scope`. */
  const possible = new Map<string, number>();

  function pendingAt(at: number): string[] {
    const asked = { dueBy: 0, freedAfter: Number.POSITIVE_INFINITY, only: 'compromised' as const };
    return pendingIn(context, at / 1000, asked)
      .filter(({ provable, refused }) => provable && !refused)
      .map(({ retiring, scope }) => `${retiring} in ${scope}`);
  }

  /** Looks anew at what could be cut at an instant. */
  function review(at: number): void {
    const pending = pendingAt(at);
    for (const key of possible.keys()) if (!pending.includes(key)) possible.delete(key);
    for (const key of pending) if (!possible.has(key)) possible.set(key, at);
  }

  /**
   * Returns what could have been cut for too long and still could, each once. `isLate` decides by the
   * time since then and the anchor.
   */
  function found(
    at: number,
    isLate: (since: number, id: string) => boolean,
    why: string,
    looked = at,
  ): Finding[] {
    const late = [...possible].flatMap(([key, since]) =>
      isLate(since, key.split(' ')[0] ?? '') ? [key] : [],
    );
    for (const key of late) possible.delete(key);
    // Time alone ends it when the successor has come within its safety margin, or a
    // leaf to its end (rule 2, I19).
    const still = late.length > 0 ? pendingAt(looked) : [];
    return late
      .filter((key) => still.includes(key))
      .map((key) => ({ kind: 'emergencyLate', at, what: `nobody has cut ${key}, ${why}` }));
  }

  return { review, found };
}

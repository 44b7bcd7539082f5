import { durationText } from '../../lambdas/domain/duration.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';

const HOUR = 3_600;

/**
 * Warnings about values that a policy may have but that are hardly ever meant, each with what would be right.
 */
export function policyWarnings({ soak }: Policy): string[] {
  if (soak >= HOUR) return [];
  return [
    `policy.soak ${durationText(soak)} leaves clients no time: one that has not read its new leaf by then is locked out by the cut. Give it days, such as P7D; an emergency skips the soak by itself`,
  ];
}

import type { Anchor, Scope } from './anchor.ts';
import type { Policy } from './policy.ts';
import { dueAt, type Succession } from './succession.ts';

/** How soon the next run comes when work is known to be waiting, in seconds. */
const SOON = 300;

/** When the soak ends (rule 5), in Unix seconds: never before the proof, and clear of the earliest retiring expiry. */
export function soakEnd(facts: {
  provenAt: number;
  soakSeconds: number;
  safetyMarginSeconds: number;
  retiringExpiries: readonly number[];
}): number {
  const { provenAt, soakSeconds, safetyMarginSeconds, retiringExpiries } = facts;
  // An anchor that has expired already protects nobody: hurrying for it would only cost the others their soak.
  const ends = retiringExpiries.filter((at) => at > provenAt).map((at) => at - safetyMarginSeconds);
  return Math.max(provenAt, Math.min(provenAt + soakSeconds, ...ends));
}

/** When the next rotation should start (rule 6), in Unix seconds, or null when only the daily sweep has a reason to look. */
export function nextRotation(facts: {
  now: number;
  policy: Policy;
  active: ReadonlyMap<string, readonly Scope[]>;
  anchors: ReadonlyMap<string, Anchor>;
  rotating: readonly Succession[];
  blocked: readonly { anchor: string }[];
  deferredScopes: number;
}): number | null {
  const { now, policy, active, anchors, rotating, blocked, deferredScopes } = facts;
  if (deferredScopes > 0) return now + SOON;
  // What is blocked now stays so until an operator acts: the daily sweep looks again, a schedule could not help.
  const left = new Set([
    ...rotating.map(({ retiring }) => retiring.anchorId),
    ...blocked.map((b) => b.anchor),
  ]);
  const tended = new Set([...active.keys(), ...rotating.map(({ successor }) => successor.anchorId)]);
  const times = [...tended]
    .filter((id) => !left.has(id) && !policy.hold.includes(id))
    .flatMap((id) => anchors.get(id) ?? [])
    .map((anchor) => Math.max(dueAt(anchor, policy), now + SOON));
  return times.length > 0 ? Math.min(...times) : null;
}

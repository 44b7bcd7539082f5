import { textsOf } from '../../domain/audit/intents.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { OutsideOf } from '../../domain/overlap/outside-beforehand.ts';
import { activatingLines } from './activated-before.ts';

/**
 * By each successor of a scope whom a look before its activation has seen outside, and the look before this one again. What was activated before this run came, or
 * by an attempt of it that nobody heard of, may be what turns somebody away now: that one has written down who was outside before.
 */
export async function outsideKnown(
  ports: Parameters<typeof activatingLines>[0],
  { plan, begin, activation }: Pick<ScopeDocument, 'plan' | 'begin' | 'activation'>,
): Promise<OutsideOf> {
  const { outside = [] } = begin?.beforehand ?? {};
  if (outside.length === 0) return new Map();
  const { activated = [], alreadyActive = [] } = activation ?? {};
  const lines = await activatingLines(ports)(plan.scope, alreadyActive);
  const earlier = [...lines].map(
    ([id, { detail }]) => [id, textsOf(detail.outside).filter((one) => outside.includes(one))] as const,
  );
  return new Map([...activated.map((id) => [id, outside] as const), ...earlier]);
}

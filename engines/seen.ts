import { causeOf } from '../lambdas/domain/cause.ts';
import type { Performance } from './performance.ts';

/**
 * What two engines are compared by: one line of text for each thing that was seen, by the place where it was
 * seen.
 */
export type Seen = Readonly<
  Record<'ends' | 'steps' | 'trust' | 'journal' | 'memory' | 'findings', readonly string[]>
>;

/**
 * A performance without what differs between any two runs: times, digests of keys, and ids that AWS gives.
 * What happened in several scopes at once has no order, so lines are sorted. The copies that the table keeps
 * by time are left out.
 */
export function seenIn({ ends, steps, items, trust, findings }: Performance): Seen {
  const isJournal = ({ pk }: Record<string, unknown>) => pk === 'rotation';
  const isMemory = ({ pk }: Record<string, unknown>) => pk !== 'rotation' && pk !== 'audit';
  const [journal, memory] = [items.filter(isJournal), items.filter(isMemory)];
  return {
    ends: ends.map(({ error, cause }) => (error === null ? 'well' : `${error}: ${common(causeOf(cause))}`)),
    steps: Object.entries(steps).map(([step, times]) => `${step}: ${times}`),
    trust: Object.entries(trust).map(([scope, anchors]) => `${scope}: ${anchors.join(', ')}`),
    journal: linesOf(journal),
    memory: linesOf(memory),
    findings: findings.map((finding) => common(JSON.stringify(finding))),
  };
}

const linesOf = (items: readonly Record<string, unknown>[]): string[] =>
  items.map((item) => JSON.stringify(alike(withoutKey(item)))).sort();

/** A journal line's own key adds nothing to the line. */
const withoutKey = ({ sk, ...item }: Record<string, unknown>): Record<string, unknown> =>
  item.pk === 'rotation' ? item : { ...item, sk };

/** A value in which texts are made comparable, keys are sorted by name, and lists by their texts. */
function alike(value: unknown): unknown {
  if (typeof value === 'string') return common(causeOf(value));
  if (Array.isArray(value)) return value.map((part) => JSON.stringify(alike(part))).sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, alike(part)]));
}

const COMMON: readonly [RegExp, string][] = [
  // An execution is named by its name. A child is named by its Map's label, since its own name is an id.
  [/arn:aws:states:[\w-]*:\d+:execution:[\w-]+\/([\w-]+):([\w-]+)-\d+/g, 'execution $2 in $1'],
  [/arn:aws:states:[\w-]*:\d+:execution:[\w-]+:([\w-]+)/g, 'execution $1'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/localhost:\d+/g, 'localhost'],
  [/\b[0-9a-f]{64}\b/g, '<digest>'],
  // A digest of the names that a plan knew; their times go into it as well.
  [/^[0-9a-f]{16}$/g, '<digest>'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>'],
];

const common = (text: string): string =>
  COMMON.reduce((made, [pattern, by]) => made.replaceAll(pattern, by), text);

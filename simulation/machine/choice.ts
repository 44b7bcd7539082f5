import { type ExpressionInput, evaluated } from './expressions.ts';
import { StateFailure } from './state-failure.ts';

/** A rule of a Choice state, or a part of one. Beside its Next it holds one comparison. */
export type Rule = { Next?: string; Variable?: string; And?: Rule[]; Or?: Rule[]; Not?: Rule } & {
  [comparison: string]: unknown;
};

/** Whether a rule holds. Throws for an unknown comparison, with its name. */
export function holds(rule: Rule, data: ExpressionInput): boolean {
  const { And, Or, Not } = rule;
  if (And) return And.every((one) => holds(one, data));
  if (Or) return Or.some((one) => holds(one, data));
  if (Not) return !holds(Not, data);
  const { Variable = '', name, operand } = comparisonOf(rule);
  if (name === 'IsPresent') return isPresent(Variable, data) === operand;
  const value = evaluated(Variable, data);
  const kind = KINDS[name];
  if (kind) return kind(value) === operand;
  const [, type = '', relation = '', isPath] = COMPARISON.exec(name) ?? [];
  const other = isPath ? evaluated(String(operand), data) : operand;
  // A value of another type is no error: it compares as false.
  if (typeof value !== TYPES[type] || typeof other !== TYPES[type]) return false;
  return RELATIONS[relation]?.(value as number, other as number) ?? false;
}

/** The one comparison that a rule makes. Throws for an unknown one, and for several. */
export function comparisonOf({ Next: _, Comment: __, Variable, ...comparisons }: Rule) {
  const [[name, operand] = ['nothing', undefined], ...more] = Object.entries(comparisons);
  const isKnown = name === 'IsPresent' || Object.hasOwn(KINDS, name) || COMPARISON.test(name);
  if (!isKnown || more.length > 0)
    throw new Error(
      `the interpreter does not know the comparison by ${Object.keys(comparisons).join(', ') || name}`,
    );
  return { Variable, name, operand };
}

const COMPARISON =
  /^(String|Numeric|Boolean)(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)(Path)?$/;

const TYPES: Record<string, string> = { String: 'string', Numeric: 'number', Boolean: 'boolean' };

const RELATIONS: Record<string, (one: number, other: number) => boolean> = {
  Equals: (one, other) => one === other,
  LessThan: (one, other) => one < other,
  LessThanEquals: (one, other) => one <= other,
  GreaterThan: (one, other) => one > other,
  GreaterThanEquals: (one, other) => one >= other,
};

const KINDS: Record<string, (value: unknown) => boolean> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
};

function isPresent(path: string, data: ExpressionInput): boolean {
  try {
    evaluated(path, data);
    return true;
  } catch (error) {
    if (error instanceof StateFailure) return false;
    throw error;
  }
}

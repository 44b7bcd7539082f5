import { StateFailure } from './state-failure.ts';

/** What an expression of the Amazon States Language is read from. */
export type ExpressionInput = { document: unknown; context: unknown };
type Read = (data: ExpressionInput) => unknown;

/** The value of a path (`$.a`, `$$.a`, `$.a[*].b`, `$.a[?(@.b=='c')].d`) or of an intrinsic function. */
export function evaluated(expression: string, data: ExpressionInput): unknown {
  const read = known.get(expression) ?? compiled(expression);
  known.set(expression, read);
  return read(data);
}

/** A payload template: every key that ends in `.$` holds an expression. */
export function filled(template: unknown, data: ExpressionInput): unknown {
  if (typeof template !== 'object' || template === null) return template;
  const fill = templates.get(template) ?? compiledTemplate(template) ?? (() => template);
  templates.set(template, fill);
  return fill(data);
}

/** The document with a value put at a plain path such as `$.plan`; nothing that others hold is changed. */
export function withValueAt(path: string, document: unknown, value: unknown): unknown {
  const [, ...keys] = path.split('.');
  const put = (into: unknown, at: number): unknown => {
    const key = keys[at];
    return key === undefined ? value : { ...Object(into), [key]: put(Object(into)[key], at + 1) };
  };
  return put(document, 0);
}

const known = new Map<string, Read>();
const templates = new WeakMap<object, Read>();

/** How a template is filled, or null where there is nothing to fill: that is handed on as it is, and nobody changes it. */
function compiledTemplate(template: unknown): Read | null {
  if (typeof template !== 'object' || template === null) return null;
  const isList = Array.isArray(template);
  const parts = Object.entries(template).map(([key, value]) => ({
    value,
    ...(!isList && key.endsWith('.$')
      ? { key: key.slice(0, -2), fill: (data: ExpressionInput) => evaluated(String(value), data) }
      : { key, fill: compiledTemplate(value) }),
  }));
  if (parts.every(({ fill }) => fill === null)) return null;
  return (data) => {
    const made: Record<string, unknown> = isList ? Object([]) : {};
    for (const { key, value, fill } of parts) made[key] = fill ? fill(data) : value;
    return made;
  };
}

function compiled(expression: string): Read {
  const call = /^States\.(\w+)\((.*)\)$/s.exec(expression);
  if (call) {
    const intrinsic = intrinsics[String(call[1])];
    if (!intrinsic) throw new Error(`no intrinsic function ${expression}`);
    const given = splitArguments(String(call[2])).map(compiled);
    return (data) => intrinsic(...given.map((read) => read(data)));
  }
  if (/^'.*'$/s.test(expression)) return () => expression.slice(1, -1);
  if (/^-?\d+$/.test(expression)) return () => Number(expression);
  if (expression.startsWith('$$')) return pathReader(expression.slice(2), ({ context }) => context);
  if (expression.startsWith('$')) return pathReader(expression.slice(1), ({ document }) => document);
  throw new Error(`cannot read ${expression}`);
}

// biome-ignore lint/suspicious/noExplicitAny: intrinsics take what the definition gives them
const intrinsics: Record<string, (...given: any[]) => unknown> = {
  Format: (text: string, ...values) => text.replaceAll('{}', () => String(values.shift())),
  JsonToString: (value) => JSON.stringify(value),
  ArrayContains: (list: unknown[], value) => list.includes(value),
  ArrayGetItem: (list: unknown[], index: number) => list[index],
  ArrayPartition: (list: unknown[], size: number) =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size)),
};

const SEGMENT = /^(?:\.([\w-]+)|\[\*\]|\[\?\(@\.(\w+)=='([^']*)'\)\])/;

function pathReader(path: string, root: Read): Read {
  const segment = SEGMENT.exec(path);
  if (path === '') return root;
  if (!segment) throw new Error(`cannot read the path ...${path}`);
  const [text, key, by, wanted] = segment;
  // Past the first star or filter a path stands for a list of everything that it leads to.
  if (key !== undefined) return pathReader(path.slice(text.length), (data) => found(root(data), key));
  const chosen: Read = (data) =>
    (root(data) as Record<string, unknown>[]).filter((entry) => by === undefined || entry[by] === wanted);
  const rest = pathReader(path.slice(text.length), ({ document }) => document);
  return (data) => (chosen(data) as unknown[]).map((document) => rest({ ...data, document }));
}

function found(value: unknown, key: string): unknown {
  const inner = Object(value)[key];
  if (inner === undefined) throw new StateFailure('States.Runtime', `the path to '${key}' leads nowhere`);
  return inner;
}

/** Cuts at the commas that are in no bracket and no quotation. */
function splitArguments(text: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (const sign of text) {
    if (sign === "'") quoted = !quoted;
    if (!quoted && '([{'.includes(sign)) depth++;
    if (!quoted && ')]}'.includes(sign)) depth--;
    if (sign === ',' && depth === 0 && !quoted) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}

import { intrinsics } from './intrinsic-functions.ts';
import { pathReader } from './json-path.ts';
import { StateFailure } from './state-failure.ts';

/** The data that an expression of the Amazon States Language reads. */
export type ExpressionInput = { document: unknown; context: unknown };
type Read = (data: ExpressionInput) => unknown;

/** The value of a path (`$.a`, `$$.a`) or of an intrinsic function. */
export function evaluated(expression: string, data: ExpressionInput): unknown {
  const read = known.get(expression) ?? compiled(expression);
  known.set(expression, read);
  return read(data);
}

/** Fills a payload template: every key that ends in `.$` holds an expression. */
export function filled(template: unknown, data: ExpressionInput): unknown {
  if (typeof template !== 'object' || template === null) return template;
  const fill = templates.get(template) ?? compiledTemplate(template) ?? (() => template);
  templates.set(template, fill);
  return fill(data);
}

/**
 * The document with a value put at a plain path such as `$.plan`. Copies what it changes,
 * since others may hold the document.
 */
export function withValueAt(path: string, document: unknown, value: unknown): unknown {
  const [, ...keys] = path.split('.');
  const put = (into: unknown, at: number): unknown => {
    const key = keys[at];
    if (key === undefined) return value;
    if (typeof into !== 'object' || into === null || Array.isArray(into))
      throw new StateFailure('States.ResultPathMatchFailure', `nothing can be put at '${path}'`);
    return { ...into, [key]: put((into as Record<string, unknown>)[key] ?? {}, at + 1) };
  };
  return put(document, 0);
}

const known = new Map<string, Read>();
const templates = new WeakMap<object, Read>();

/** How to fill a template; null where it has nothing to fill. Such a template is passed on as it is. */
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
    if (!intrinsic) throw new Error(`the interpreter does not know the intrinsic function of ${expression}`);
    const given = splitArguments(String(call[2])).map(compiled);
    return (data) => intrinsic(...given.map((read) => read(data)));
  }
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) {
    const text = unescaped(literal);
    return () => text;
  }
  if (/^(-?\d+(\.\d+)?|true|false|null)$/.test(expression)) return () => JSON.parse(expression);
  if (!expression.startsWith('$')) throw new Error(`the interpreter cannot read ${expression}`);
  const read = pathReader(expression);
  return expression.startsWith('$$') ? ({ context }) => read(context) : ({ document }) => read(document);
}

/** The text of a literal. Escaped braces are not supported, since no machine here needs them. */
const unescaped = (literal: string): string =>
  literal.replace(/\\(.)/gs, (_, sign: string) => {
    if (sign === "'" || sign === '\\') return sign;
    throw new Error(`the interpreter does not know \\${sign} in '${literal}'`);
  });

/** Cuts at the commas outside brackets and quotations. */
function splitArguments(text: string): string[] {
  if (text.trim() === '') return [];
  const parts = [''];
  let depth = 0;
  let isQuoted = false;
  for (const [sign] of text.matchAll(/\\.|[^\\]/gs)) {
    if (sign === "'") isQuoted = !isQuoted;
    if (!isQuoted && '([{'.includes(sign)) depth++;
    if (!isQuoted && ')]}'.includes(sign)) depth--;
    if (sign === ',' && depth === 0 && !isQuoted) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}

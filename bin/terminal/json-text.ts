import { parse } from 'lossless-json';

/** What is wrong with a text that should be JSON. A place has a line and a column, both counted from 1. */
export type JsonFlaw = { kind: 'empty' } | { kind: 'cut short' | 'no JSON'; place: string } | KeyTwice;

/** A key that one object has twice, and the place of the second one. */
type KeyTwice = { kind: 'key twice'; key: string; place: string };

/**
 * Returns a JSON text's value, or why it has no unambiguous value. A key twice in one object is a flaw: a
 * parser keeps the last value and drops the first silently. A flaw quotes nothing else of the text (I14).
 */
export function readJsonText(text: string): { value: unknown } | { flaw: JsonFlaw } {
  try {
    const value: unknown = JSON.parse(text);
    const flaw = keyTwiceIn(text);
    return flaw ? { flaw } : { value };
  } catch {
    return { flaw: flawOf(text) };
  }
}

function keyTwiceIn(text: string): KeyTwice | null {
  let found: KeyTwice | null = null;
  parse(text, undefined, {
    parseNumber: Number,
    onDuplicateKey({ key, position, newValue }) {
      found ??= { kind: 'key twice', key, place: placeAt(text, position - 1) };
      return newValue;
    },
  });
  return found;
}

/** Why a text is not JSON. Node's own parser does not always tell the place, and quotes the text. */
function flawOf(text: string): JsonFlaw {
  if (text.trim() === '') return { kind: 'empty' };
  try {
    parse(text);
  } catch (error) {
    const position = Number(/at position (\d+)$/.exec(String(error))?.[1] ?? 0);
    const end = text.trimEnd().length;
    if (position >= end) return { kind: 'cut short', place: placeAt(text, end - 1) };
    return { kind: 'no JSON', place: placeAt(text, position) };
  }
  return { kind: 'no JSON', place: placeAt(text, 0) };
}

function placeAt(text: string, position: number): string {
  const lines = text.slice(0, position + 1).split('\n');
  return `line ${lines.length} column ${lines.at(-1)?.length}`;
}

import { type LeafAttributes, readExpression } from './leaf-language.ts';

/** Whether an anchor's filter lets in a leaf that leads to the anchor. */
export type Filter = (attributes: LeafAttributes) => boolean;

const known = new Map<string, Filter>();

/**
 * Reads a CEL filter, each text once. Throws an `Error` that says what is wrong
 * with it, as the console would.
 */
export function filterOf(text: string): Filter {
  const found = known.get(text) ?? read(text);
  known.set(text, found);
  return found;
}

function read(text: string): Filter {
  const expression = readExpression(text, 'bool', 'a filter gives true or false');
  // A filter that cannot be evaluated lets nobody in.
  return (attributes) => expression(attributes) === true;
}

/** What is wrong with a filter in one line, or null. */
export function filterProblem(text: string): string | null {
  try {
    filterOf(text);
    return null;
  } catch (error) {
    return String((error as Error).message).split('\n')[0] ?? '';
  }
}

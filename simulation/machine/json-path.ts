import { StateFailure } from './state-failure.ts';

/** Reads a path from a document. */
export type PathReader = (document: unknown) => unknown;

type Segment = { pattern: RegExp; isMany?: true; from: (found: string[]) => (value: unknown) => unknown[] };

const SEGMENTS: readonly Segment[] = [
  { pattern: /^\.([\w-]+)/, from: ([, key]) => member(String(key)) },
  { pattern: /^\['([^']*)'\]/, from: ([, key]) => member(String(key)) },
  { pattern: /^\[(\d+)\]/, from: ([, index]) => member(String(index)) },
  { pattern: /^\[\*\]/, isMany: true, from: () => entries },
  {
    pattern: /^\[\?\(@\.(\w+)=='([^']*)'\)\]/,
    isMany: true,
    from:
      ([, key, wanted]) =>
      (value) =>
        entries(value).filter((entry) => Object(entry)[String(key)] === wanted),
  },
];

/**
 * Returns a reader of a path's segments: `.a`, `['a']`, `[0]`, `[*]`,
 * `[?(@.a=='b')]`. Throws for any other segment.
 */
export function pathReader(path: string): PathReader {
  const steps: ((value: unknown) => unknown[])[] = [];
  let isMany = false;
  for (let rest = path.replace(/^\$+/, ''); rest !== ''; ) {
    const segment = SEGMENTS.find(({ pattern }) => pattern.test(rest));
    const found = segment?.pattern.exec(rest);
    if (!segment || !found) throw new Error(`the interpreter cannot read the path ${path}`);
    steps.push(segment.from(found));
    isMany ||= segment.isMany ?? false;
    rest = rest.slice(found[0].length);
  }
  return (document) => {
    const found = steps.reduce((values, step) => values.flatMap(step), [document]);
    // Past the first star or filter a path stands for a list of all that it leads to, which may be empty.
    if (isMany) return found;
    if (found.length === 0) throw new StateFailure('States.Runtime', `the path '${path}' leads nowhere`);
    return found[0];
  };
}

const member =
  (key: string) =>
  (value: unknown): unknown[] => {
    const inner =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Object(value)[key]
        : undefined;
    // Wrapped in a list, since flatMap would open a value that is a list itself.
    return inner === undefined ? [] : [inner];
  };

const entries = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : [];

import { certificatesIn } from './pem.ts';

/**
 * Returns the names of the attributes in which two leaves (PEM chains) differ: subject fields by their usual
 * short names, and alternative names by kind. No values: they are text by somebody else. Empty when the
 * leaves agree or cannot be read.
 */
export function differencesOf(one: string, other: string): string[] {
  const [before, after] = [attributesOf(one), attributesOf(other)];
  if (!before || !after) return [];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
}

/** Returns the attributes from which an identity may be derived (F17), by name. */
function attributesOf(chain: string): ReadonlyMap<string, string> | null {
  const leaf = certificatesIn(chain)[0];
  if (!leaf) return null;
  const subject = (leaf.subject ?? '')
    .split('\n')
    .map((line) => divided(line, '=', (key) => `subject ${key}`));
  const names = (leaf.subjectAltName ?? '')
    .split(/, (?=[A-Za-z ]+:)/)
    .map((name) => divided(name, ':', (kind) => `alternative name ${kind}`));
  const all = [...subject, ...names].filter(([name]) => name !== null);
  const grouped = Map.groupBy(all, ([name]) => String(name));
  return new Map([...grouped].map(([name, values]) => [name, values.map(([, value]) => value).join('\n')]));
}

function divided(text: string, by: string, named: (key: string) => string): [string | null, string] {
  const at = text.indexOf(by);
  return at < 1 ? [null, ''] : [named(text.slice(0, at)), text.slice(at + 1)];
}

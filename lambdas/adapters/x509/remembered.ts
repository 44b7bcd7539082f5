import type { X509Certificate } from 'node:crypto';

/** Reads a certificate once, as long as it is kept: Plan asks the same of one for every client and anchor. */
export function remembered<T>(
  read: (certificate: X509Certificate) => T,
): (certificate: X509Certificate) => T {
  const known = new WeakMap<X509Certificate, { value: T }>();
  return (certificate) => {
    const before = known.get(certificate) ?? { value: read(certificate) };
    known.set(certificate, before);
    return before.value;
  };
}

/** More than one plan has anchors, leaves and intermediates; beyond it, reading anew beats growing. */
const MOST_KNOWN = 2_000;

/** Reads a text once: Plan compares every leaf with every anchor, and reading one is what takes time. */
export function rememberedText<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { value: T }>();
  return (text) => {
    const before = known.get(text);
    if (before) return before.value;
    if (known.size >= MOST_KNOWN) known.clear();
    const value = read(text);
    known.set(text, { value });
    return value;
  };
}

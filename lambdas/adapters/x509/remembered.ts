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

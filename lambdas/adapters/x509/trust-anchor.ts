import type { X509Certificate } from 'node:crypto';
import { extensionsOf } from './extensions.ts';
import { certificatesIn, datesProblem } from './pem.ts';

const MAX_BYTES = 16 * 1024;
const DAY = 86_400;

/**
 * Returns in plain words why the API would refuse a PEM as a trust anchor at `now` (Unix seconds); empty when
 * it would not (F12, F13).
 */
export function inspectAnchor(pem: string, now: number): string[] {
  const size = Buffer.byteLength(pem) < MAX_BYTES ? [] : ['it is 16 KB or larger'];
  const [anchor, ...others] = certificatesIn(pem);
  if (!anchor) return [...size, 'it is not a readable PEM certificate'];
  const single = others.length === 0 ? [] : [`it holds ${others.length + 1} certificates, not one`];
  return [...size, ...single, ...authorityProblems(anchor), ...expiryProblems(anchor, now)];
}

function authorityProblems(anchor: X509Certificate): string[] {
  const { keyCertSign, crlSign, subjectKeyId, hasAuthorityKeyId } = extensionsOf(anchor);
  return [
    ...(anchor.ca ? [] : ['it is not a certificate authority (CA:TRUE)']),
    ...(keyCertSign ? [] : ['it lacks the key usage keyCertSign']),
    ...(crlSign ? [] : ['it lacks the key usage cRLSign']),
    ...(subjectKeyId ? [] : ['it has no Subject Key Identifier']),
    ...(hasAuthorityKeyId ? [] : ['it has no Authority Key Identifier']),
  ];
}

function expiryProblems(anchor: X509Certificate, now: number): string[] {
  const problems = datesProblem(anchor, 'it', now);
  if (problems.length > 0 || anchor.validToDate.getTime() > (now + DAY) * 1000) return problems;
  return [`it expires within a day, at ${anchor.validToDate.toISOString()}`];
}

import {
  type Authority,
  createAuthority,
  issueIntermediate,
  issueLeaf,
  type LeafCredential,
} from '../../simulation/certificates/pki.ts';
import { type CaseAnchor, type CaseClient, DAY, NOW } from './organization.ts';

/** A validity that begins long before every case and ends long after it. */
export const VALID = { notBefore: NOW - 100 * DAY, notAfter: NOW + 3_000 * DAY };

export const [first, second] = [
  createAuthority({ name: 'acme 1', ...VALID, notAfter: NOW + 200 * DAY }),
  createAuthority({ name: 'acme 2', ...VALID }),
];

/** Acme's first anchor is due in one project, and its second is uploaded. */
export const DUE: CaseAnchor = {
  id: 'cert_1',
  name: 'acme@2025',
  pem: first.pem,
  expires: 20,
  in: ['proj_a'],
};
export const NEXT: CaseAnchor = { id: 'cert_2', name: 'acme@2026', pem: second.pem, expires: 3_000 };

export const leafOf = (authority: Authority, commonName: string, until = VALID.notAfter): LeafCredential =>
  issueLeaf(authority, { commonName, ...VALID, notAfter: until });

/** A CA below another one. Its leaves send its certificate along. */
export const issuing = (authority: Authority, until = VALID.notAfter): Authority =>
  issueIntermediate(authority, { name: `${authority.name} issuing`, ...VALID, notAfter: until });

/** A client that runs on the first anchor and has a leaf of the second staged. */
export const ready = (
  name = 'billing',
  project = 'proj_a',
): CaseClient & { running: LeafCredential; staged: LeafCredential } => ({
  ...{ name, project },
  ...{ running: leafOf(first, name), staged: leafOf(second, name) },
});

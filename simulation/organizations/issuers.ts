import { type Authority, createAuthority, issueIntermediate, issueLeaf } from '../certificates/pki.ts';
import { anchorsOf } from '../inventory/inventory.ts';
import type { InventoryFile, ListEntry } from '../inventory/inventory-file.ts';
import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import { uriOf } from './client-identities.ts';

const DAY = 86_400;

/**
 * An anchor whose private key we hold, and the CA that issues its clients' leaves: the
 * anchor itself, or a CA below it.
 */
export type Issuer = {
  authority: Authority;
  root: Authority;
  anchorId: string;
  notBefore: number;
  notAfter: number;
};

/** Gives every anchor of an inventory a real CA, and loads the organization with it. */
export async function createIssuers(
  file: InventoryFile,
  organization: SimulatedOrganization,
): Promise<Map<string, Issuer>> {
  const made = await Promise.all(
    anchorsOf(file).map(async ({ entry, activeIn }, i): Promise<Issuer> => {
      const validity = validityOf(entry);
      const authority = createAuthority({
        name: `${entry.name ?? 'unnamed'} (${entry.id})`,
        ...validity,
      });
      organization.seed(
        {
          id: entry.id,
          name: entry.name ?? null,
          createdAt: entry.created_at ?? 0,
          validAt: validity.notBefore,
          expiresAt: validity.notAfter,
          pem: authority.pem,
          ...(entry.filter !== undefined && { filter: entry.filter }),
        },
        activeIn,
      );
      // Some clients have an intermediate, which they have to send along (F13).
      const issuing =
        i % 3 === 1
          ? issueIntermediate(authority, { name: `${authority.name} issuing`, ...validity })
          : authority;
      return { authority: issuing, root: authority, anchorId: entry.id, ...validity };
    }),
  );
  return new Map(made.map((issuer) => [issuer.anchorId, issuer]));
}

/** When an anchor is valid. The API may leave out the beginning, but a certificate cannot. */
function validityOf({ certificate_details: { valid_at, expires_at } }: ListEntry) {
  return { notBefore: valid_at ?? Math.max(0, expires_at - 730 * DAY), notAfter: expires_at };
}

/** A leaf that lasts as long as its anchor, and began a day ago where the anchor allows it. */
export const leafFrom = (
  { authority, notBefore, notAfter }: Issuer,
  commonName: string,
  now: number,
  identity: Identity = identityOf(commonName),
) =>
  issueLeaf(authority, {
    commonName,
    ...identity,
    notBefore: Math.min(Math.max(notBefore, now - DAY), notAfter - 1),
    notAfter,
  });

type Identity = { organization: string; units: string[]; uri: string[] };

/** A customer of the same CA that is none of our clients. */
export const STRANGER: Identity = { organization: 'Somebody else', units: [], uri: [] };

/** What a client's leaf says about the client beside its name, for an anchor's filter to ask. */
const identityOf = (client: string): Identity => ({
  organization: 'Simulated workloads',
  units: ['rehearsal'],
  uri: [uriOf(client)],
});

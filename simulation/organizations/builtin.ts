import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { InventoryFile } from '../inventory/inventory-file.ts';
import { entryOf, fileOf } from './inventory-of.ts';

/** One anchor; `from` and `until` are days before (negative) or after the rehearsal's first moment. */
type BuiltinAnchor = {
  id: string;
  name: string | null;
  from: number;
  until: number;
  activeIn: readonly Scope[];
  filter?: string;
};

/** Northgate's CA issues for others, too, so its anchors let in our own workloads only (F16). */
const OWN = 'subject.organization == "Simulated workloads" && "rehearsal" in subject.organizational_units';

const PROJECTS = {
  proj_canary: 'Canary',
  proj_checkout: 'Checkout',
  proj_search: 'Search',
  proj_billing: 'Billing',
  proj_stores: 'Stores',
  proj_legacy: 'Legacy',
  proj_factory: 'Factory floor',
  proj_support: 'Support',
  proj_partners: 'Partners',
  proj_analytics: 'Analytics',
  proj_sandbox: 'Sandbox',
};

/** One of each kind of anchor that an operator meets. */
const anchors: BuiltinAnchor[] = [
  // The organization's own line: the next generation is uploaded and not active yet.
  { id: 'cert_harbor_2', name: 'harbor@2', from: -400, until: -35, activeIn: [] },
  { id: 'cert_harbor_3', name: 'harbor@3', from: -340, until: 12, activeIn: [ORGANIZATION] },
  { id: 'cert_harbor_4', name: 'harbor@4', from: -5, until: 395, activeIn: [] },
  // Four projects share a line. Billing was given the next generation already, by hand.
  {
    id: 'cert_northgate_7',
    name: 'northgate@7',
    from: -345,
    until: 20,
    activeIn: ['proj_canary', 'proj_checkout', 'proj_search', 'proj_billing'],
    filter: OWN,
  },
  {
    id: 'cert_northgate_8',
    name: 'northgate@8',
    from: -10,
    until: 355,
    activeIn: ['proj_billing'],
    filter: OWN,
  },
  // Nobody rotated Legacy in time: it is locked out, and its client waits for a certificate that works.
  { id: 'cert_northgate_6', name: 'northgate@6', from: -370, until: -5, activeIn: ['proj_legacy'] },
  // An appliance on the factory floor cannot change its certificate: its anchor is on policy.hold.
  {
    id: 'cert_northgate_appliance',
    name: 'northgate@appliance',
    from: -700,
    until: 25,
    activeIn: ['proj_factory'],
  },
  // Twelve shops, each with its own generation, all retiring in favour of one anchor: two batches.
  ...Array.from({ length: 12 }, (_, i): BuiltinAnchor => {
    const shop = String(i + 1).padStart(2, '0');
    return {
      id: `cert_beacon_shop${shop}`,
      name: `beacon@shop-${shop}`,
      from: -380 + i,
      until: 14 + i,
      activeIn: ['proj_stores'],
    };
  }),
  { id: 'cert_beacon_all', name: 'beacon@all-shops', from: -3, until: 700, activeIn: ['proj_analytics'] },
  // Blocked: nobody uploaded a successor for keel, and nobody can tell the line of the unnamed anchor.
  { id: 'cert_keel_1', name: 'keel@1', from: -350, until: 16, activeIn: ['proj_partners'] },
  { id: 'cert_unnamed', name: null, from: -350, until: 18, activeIn: ['proj_support'] },
];

/**
 * Two clients do not look at their secret all the time: a soak gives them the time to read it again. Two
 * others have no API key, one on a project's anchor and one on the organization's: the token host has to
 * accept their new leaf as well (F17).
 */
const clients: NonNullable<InventoryFile['clients']> = [
  { project: 'proj_checkout', anchor: 'cert_northgate_7', habit: 'refusal' },
  { project: 'proj_search', anchor: 'cert_northgate_7', habit: 'hourly' },
  { project: 'proj_canary', anchor: 'cert_northgate_7', keyless: true },
  { project: 'proj_sandbox', anchor: 'cert_harbor_3', keyless: true },
];

/**
 * Northgate's other customers have leaves of it as well, so its next generation has to keep them out, too.
 */
const mustRefuse: NonNullable<InventoryFile['mustRefuse']> = [
  { project: 'proj_canary', anchor: 'cert_northgate_8' },
  { project: 'proj_checkout', anchor: 'cert_northgate_8' },
];

/** The policy of the built-in organization: its hold and its canary. */
export const builtinPolicy = { hold: ['cert_northgate_appliance'], canary: ['proj_canary'] };

const activeIn = Object.fromEntries(
  [ORGANIZATION, ...Object.keys(PROJECTS)].map((scope) => [
    scope,
    anchors.filter((anchor) => anchor.activeIn.includes(scope)).map(({ id }) => id),
  ]),
);

/** An organization worth watching, as the API would list it at `now` (Unix seconds). */
export function builtinInventory(now: number): InventoryFile {
  const entries = anchors.map(({ id, name, from, until, filter }) =>
    entryOf(id, name, { now, from, until, filter }),
  );
  return { ...fileOf(entries, activeIn, PROJECTS), clients, mustRefuse };
}

import { chainDigestOf } from '../../../lambdas/adapters/x509/fingerprint.ts';
import { keyDigestOf } from '../../../lambdas/adapters/x509/keys.ts';
import {
  authorityOf,
  crossCertificate,
  issuingKeyOf,
  type LeafOptions,
  leafUnder,
  twinOf,
} from '../../certificates/material.ts';
import type { Authority, LeafCredential } from '../../certificates/pki.ts';
import { apiKeyOf } from '../../in-process/api-keys.ts';
import { idsOf } from '../keyless-clients.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient, ScenarioLeaf } from '../scenario.ts';
import { labelOf } from './leaf-names.ts';

/** The real certificates of one scenario, each made when it is first asked for. */
export type Leaves = {
  /** PEM of each anchor. */
  pems: ReadonlyMap<string, string>;
  /** A client's secret for a leaf, with its first API key or the one that it was rotated to. */
  secretOf(client: string, leaf: ScenarioLeaf, isRotated?: boolean): string;
  /** What the admin secret holds beside its key for a leaf. */
  ownOf(leaf: ScenarioLeaf): LeafCredential;
  /** The leaf and chain of a digest, once a client holds them: `client label`. */
  nameOf(chain: string): string | undefined;
};

/** The leaves that somebody may stage for a client: of its own line, or those that it began with. */
export const leavesToStage = ({ clients, anchors }: Scenario, client: ScenarioClient): ScenarioLeaf[] => {
  const line = anchors.find(({ id }) => id === client.running.anchor)?.line;
  const sound = anchors
    .filter((anchor) => anchor.line === line)
    .map(({ id }): ScenarioLeaf => ({ anchor: id }));
  const own = clients.filter(({ name }) => name === client.name);
  return [...sound, ...own.flatMap(({ running, staged }) => [running, staged ?? []].flat())];
};

/** Every leaf that a client could ever get in this scenario. An outsider may move a client to any anchor. */
const leavesFor = (scenario: Scenario, client: ScenarioClient): ScenarioLeaf[] => [
  ...scenario.anchors.map(({ id }): ScenarioLeaf => ({ anchor: id })),
  ...leavesToStage(scenario, client),
];

/** The authority whose certificate an anchor is. */
function materialOf(id: string, anchors: readonly ScenarioAnchor[]): Authority {
  const anchor = anchors.find((one) => one.id === id);
  if (!anchor) throw new Error(`no anchor ${id}`);
  const { line, generation, renewed, twin } = anchor;
  if (!twin) return authorityOf(line, generation, renewed);
  const other = materialOf(twin.of, anchors);
  return twin.isSame ? other : twinOf(other, `${line} ${generation}`);
}

/**
 * The digest of the key of the CA below an anchor that has issued a leaf. Null where the anchor has issued it
 * itself, or the chain has no such CA.
 */
export function issuerKeyOf(leaf: ScenarioLeaf, anchors: readonly ScenarioAnchor[]): string | null {
  const { anchor, sameAs = anchor, intermediate, flaw, until } = leaf;
  const isSent = (intermediate || flaw === 'forServers') && flaw !== 'unplaced';
  if (!isSent || !anchors.some(({ id }) => id === sameAs)) return null;
  return issuingKeyOf(materialOf(sameAs, anchors), { until, flaw });
}

/** The digest of an anchor's own key. */
export const anchorKeyOf = (id: string, anchors: readonly ScenarioAnchor[]): string =>
  keyDigestOf(materialOf(id, anchors).pem) ?? '';

function pemOf({ id, bundled }: ScenarioAnchor, anchors: readonly ScenarioAnchor[]): string {
  const own = materialOf(id, anchors);
  return bundled ? own.pem + crossCertificate(own, materialOf(bundled, anchors)) : own.pem;
}

/**
 * Makes the anchors of a scenario, or takes them from the pool. Leaves are made only when they are
 * asked for, since few of them are.
 */
export function leavesOf(scenario: Scenario): Leaves {
  const pems = new Map<string, string>();
  for (const anchor of scenario.anchors) pems.set(anchor.id, pemOf(anchor, scenario.anchors));
  const known = new Map<string, Pick<ScenarioLeaf, 'by' | 'sameAs'> & { root: string; about: LeafOptions }>();
  const names = new Map<string, string>();
  const staged = scenario.events.filter((event) => event.kind === 'stage');
  for (const witness of scenario.witnesses ?? [])
    for (const { id: root } of scenario.anchors)
      known.set(keyOfLeaf(witness.name, { anchor: root }), { root, about: { client: witness.name } });
  for (const client of scenario.clients) {
    const later = staged.filter((event) => event.client === client.name).map(({ leaf }) => leaf);
    for (const leaf of [...leavesFor(scenario, client), ...later]) {
      const { anchor: root, by, sameAs, ...options } = leaf;
      known.set(keyOfLeaf(client.name, leaf), {
        ...{ root, about: { client: client.name, ...options } },
        ...(by && { by }),
        ...(sameAs && { sameAs }),
      });
    }
  }
  return {
    pems,
    ownOf: ({ anchor, intermediate }) =>
      leafUnder(materialOf(anchor, scenario.anchors), { client: 'windlass', intermediate }),
    nameOf: (chain) => names.get(chain),
    secretOf(client, leaf, isRotated) {
      const name = keyOfLeaf(client, leaf);
      const found = known.get(name);
      if (!found) throw new Error(`no leaf of ${client} under ${leaf.anchor}`);
      const { root, by, sameAs, about } = found;
      const { anchors } = scenario;
      const made = leafUnder(materialOf(root, anchors), {
        ...about,
        ...(by && { by: materialOf(by, anchors) }),
        ...(sameAs && { sameAs: materialOf(sameAs, anchors) }),
      });
      names.set(chainDigestOf(made.certificateChain), name);
      const isKeyless = scenario.clients.some((one) => one.name === client && one.keyless);
      const claims = isKeyless ? idsOf(client) : { apiKey: apiKeyOf({ name: client }, isRotated) };
      return JSON.stringify({ ...claims, ...made });
    },
  };
}

const keyOfLeaf = (client: string, leaf: ScenarioLeaf): string => `${client} ${labelOf(leaf)}`;

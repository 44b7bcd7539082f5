import { fingerprintOf } from '../../lambdas/adapters/x509/leaf.ts';
import { authorityOf, type LeafAbout, leafOf } from '../certificates/material.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient, ScenarioLeaf } from './scenario.ts';

/** The real certificates of one scenario, each made when it is first asked for. */
export type Leaves = {
  /** PEM of each anchor. */
  pems: ReadonlyMap<string, string>;
  /** What a client's secret holds for a leaf. */
  secretOf(client: string, leaf: ScenarioLeaf): string;
  /** The leaf of a fingerprint, once a client holds it: `client label`. */
  nameOf(fingerprint: string): string | undefined;
};

/** The leaves that somebody may stage for a client: of its own line, or what it began with. */
export const leavesToStage = ({ clients, anchors }: Scenario, client: ScenarioClient): ScenarioLeaf[] => {
  const line = anchors.find(({ id }) => id === client.running.anchor)?.line;
  const sound = anchors
    .filter((anchor) => anchor.line === line)
    .map(({ id }): ScenarioLeaf => ({ anchor: id }));
  const own = clients.filter(({ name }) => name === client.name);
  return [...sound, ...own.flatMap(({ running, staged }) => [running, staged ?? []].flat())];
};

/** Every leaf a client could ever be given in this scenario: whoever moves it, may move it anywhere. */
const leavesFor = (scenario: Scenario, client: ScenarioClient): ScenarioLeaf[] => [
  ...scenario.anchors.map(({ id }): ScenarioLeaf => ({ anchor: id })),
  ...leavesToStage(scenario, client),
];

/** Ids of the anchors that a leaf chains to: its own, and those of the same key. */
export function chainsTo(leaf: ScenarioLeaf, anchors: readonly ScenarioAnchor[]): string[] {
  const own = anchors.find(({ id }) => id === leaf.anchor);
  return anchors.filter((other) => own && keyOf(other) === keyOf(own)).map(({ id }) => id);
}

const keyOf = ({ line, generation, renewed }: ScenarioAnchor): string =>
  `${line} ${renewed ? generation - 1 : generation}`;

/** Makes, or takes from the pool, what a scenario needs: of all leaves that its clients could be given they hold few. */
export function leavesOf(scenario: Scenario): Leaves {
  const pems = new Map<string, string>();
  for (const { id, line, generation, renewed } of scenario.anchors)
    pems.set(id, authorityOf(line, generation, renewed).pem);
  const known = new Map<string, LeafAbout>();
  const names = new Map<string, string>();
  const staged = scenario.events.filter((event) => event.kind === 'stage');
  for (const client of scenario.clients) {
    const later = staged.filter((event) => event.client === client.name).map(({ leaf }) => leaf);
    for (const leaf of [...leavesFor(scenario, client), ...later]) {
      const anchor = scenario.anchors.find(({ id }) => id === leaf.anchor);
      if (!anchor) throw new Error(`no anchor ${leaf.anchor}`);
      const { line, generation, renewed } = anchor;
      const { flaw, intermediate = false } = leaf;
      const about = { client: client.name, line, generation, renewed, intermediate, flaw };
      known.set(keyOfLeaf(client.name, leaf), about);
    }
  }
  return {
    pems,
    nameOf: (fingerprint) => names.get(fingerprint),
    secretOf(client, leaf) {
      const name = keyOfLeaf(client, leaf);
      const about = known.get(name);
      if (!about) throw new Error(`no leaf of ${client} under ${leaf.anchor}`);
      const made = leafOf(about);
      names.set(fingerprintOf(made.certificateChain), name);
      return JSON.stringify({ apiKey: apiKeyOf({ name: client }), ...made });
    },
  };
}

export const apiKeyOf = ({ name }: { name: string }): string => `sk-${name}`;

/** A leaf in one word, which is what its secret version is called: `cert_a1`, or `cert_a1~expired`. */
export const labelOf = ({ anchor, flaw, intermediate }: ScenarioLeaf): string =>
  [anchor, flaw, intermediate && 'intermediate'].filter(Boolean).join('~');

const keyOfLeaf = (client: string, leaf: ScenarioLeaf): string => `${client} ${labelOf(leaf)}`;

import type { Inventory } from '../anchor.ts';
import type { Client } from '../client.ts';
import { didYouMean } from '../closest.ts';
import { firstFew } from '../first-few.ts';
import { oncePer } from '../once.ts';
import { indexAnchors } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';

/** Returns the authorities that an organization's anchors state in their names, active or not. */
export const authoritiesIn = oncePer((inventory: Inventory): ReadonlySet<string> => {
  const lines = [...indexAnchors(inventory).anchors.values()].map(({ name }) => lineageOf(name));
  return new Set(lines.flatMap((line) => line?.authority ?? []));
});

/**
 * Returns the authority that a configuration states for a client. As in an anchor's name, it may carry a
 * generation.
 */
export const statedAuthority = (text: string): string => lineageOf(text)?.authority ?? text;

/**
 * Warns of clients whose stated authority no anchor has, with the first of them; empty where each has one.
 */
export function strayAuthorities(clients: readonly Client[], inventory: Inventory): string[] {
  const uploaded = authoritiesIn(inventory);
  const stray = clients.flatMap(({ name, authority }) =>
    authority === undefined || uploaded.has(statedAuthority(authority)) ? [] : [{ name, authority }],
  );
  if (stray.length === 0) return [];
  const listed = stray.map(
    ({ name, authority }) =>
      `clients.${name}.authority: ${JSON.stringify(authority)}${didYouMean(authority, [...uploaded])}`,
  );
  return [
    `no anchor has an authority that the configuration states for a client, so it keeps that client out of no cut: ${firstFew(listed, 20).join(', ')}`,
  ];
}

import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { isLeafOf, type LeafFacts } from '../leaf/leaf-facts.ts';
import type { Succession } from '../planning/facts.ts';

/**
 * Whether somebody has moved a client past its staged leaf (I19): it runs on a newer leaf of the successor
 * that lasts longer and leads to nothing that retires. A staged leaf that is newer is no such case, since it
 * may be a repair, however short it lasts. The very leaf that the client had before is none either, in a
 * version of its own: its owner may be going back to it. Moving a client past a staged leaf leaves another
 * one at `AWSPREVIOUS`, the leaf that the client came from.
 */
export function isPast(client: ClientFacts, { retiring, successor }: Succession): boolean {
  const [staged, running, previous] = [
    leafIn(client.staged),
    leafIn(client.running),
    leafIn(client.previous),
  ];
  if (!staged || !running || !leadsTo(staged, successor.anchorId)) return false;
  if (leadsTo(running, retiring.anchorId)) return false;
  const isFormer = isLeafOf(previous, { leaf: staged.fingerprint, chain: staged.chain });
  if (isFormer && !client.isLeftStaged) return false;
  const { beginsAt: began = Number.POSITIVE_INFINITY } = staged;
  const endOf = ({ validUntil }: LeafFacts): number => validUntil[successor.anchorId] ?? 0;
  return began <= (running.beginsAt ?? 0) && endOf(running) > endOf(staged);
}

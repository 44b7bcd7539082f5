import { type ClientFacts, isLeafOf, type LeafFacts, leadsTo, leafIn } from '../client.ts';
import type { Succession } from '../planning/facts.ts';

/**
 * Whether a client runs on a newer leaf of the successor than the staged one, which lasts longer and leads to nothing that retires: somebody else has moved it since, and what is staged
 * was left behind (I19). A newer one that is staged may be a repair, however short it lasts, and so may the very leaf that it had before, in a version of its own: whoever moves
 * a client past a staged leaf leaves another one at `AWSPREVIOUS`, the one that it came from.
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

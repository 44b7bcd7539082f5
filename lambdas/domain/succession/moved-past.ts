import { type ClientFacts, type LeafFacts, leadsTo, leafIn } from '../client.ts';
import type { Succession } from '../planning/facts.ts';

/**
 * Whether a client runs on a newer leaf of the successor than the staged one, which lasts longer and leads to nothing that retires: somebody else has moved it since, and what is staged
 * was left behind (I19). A newer one that is staged may be a repair, however short it lasts.
 */
export const isPast = (
  staged: LeafFacts,
  running: LeafFacts,
  { retiring, successor }: Succession,
): boolean => {
  const endOf = ({ validUntil }: LeafFacts): number => validUntil[successor.anchorId] ?? 0;
  const { beginsAt: began = Number.POSITIVE_INFINITY } = staged;
  return (
    !leadsTo(running, retiring.anchorId) && began <= (running.beginsAt ?? 0) && endOf(running) > endOf(staged)
  );
};

/** Clients that run on a newer leaf of the successor than the one that is left staged for them. */
export const movedPast = (clients: readonly ClientFacts[], succession: Succession): ClientFacts[] =>
  clients.filter((client) => {
    const [staged, running] = [leafIn(client.staged), leafIn(client.running)];
    return (
      staged &&
      running &&
      leadsTo(staged, succession.successor.anchorId) &&
      isPast(staged, running, succession)
    );
  });

import * as z from 'zod';
import { type ClientFacts, leafIn } from '../../domain/leaf/client-facts.ts';
import { runOf } from '../../domain/memory/audit.ts';
import type { JournalEntry, MovedTo } from '../../domain/memory/journal.ts';
import type { Journal } from '../table/journal.ts';

/**
 * How far back the trail is read, in seconds. Nobody waits for a client that no run has let in again by then.
 */
const LONG_AGO = 90 * 86_400;

/**
 * Returns those clients that a run was about to move to the leaf that they run on, or back to it. The audit
 * trail says so: its line is written before the call, however late the call lands. Why any other client runs
 * on its leaf only its operator knows. `now` in Unix seconds.
 */
export async function movedByRuns(
  journal: Pick<Journal, 'changes' | 'ofExecution'>,
  clients: readonly ClientFacts[],
  now: number,
): Promise<MovedTo[]> {
  if (clients.length === 0) return [];
  const { lines } = await journal.changes(now - LONG_AGO);
  const anchors = new Set(clients.flatMap(({ running }) => leafIn(running)?.chainsTo ?? []));
  const runs = new Map(
    lines
      .filter((line) => pairedIn(line).some((id) => anchors.has(id)))
      .map(({ execution: id, startedAt }) => [runOf({ id, startedAt }), { id, startedAt }]),
  );
  const isOn = ({ client, leaf }: MovedTo) =>
    clients.some(({ name, running }) => name === client && leafIn(running)?.fingerprint === leaf);
  const moved: MovedTo[] = [];
  for (const run of runs.values())
    moved.push(...(await journal.ofExecution(run)).flatMap(movesIn).filter(isOn));
  return moved;
}

const planned = z.object({ successions: z.array(z.object({ retiring: z.string(), successor: z.string() })) });
const moving = z.object({ leaves: z.array(z.object({ client: z.string(), after: z.string() })) });

const pairedIn = ({ event, detail }: JournalEntry): string[] =>
  event === 'planned'
    ? (planned.safeParse(detail).data?.successions ?? []).flatMap(({ retiring, successor }) => [
        retiring,
        successor,
      ])
    : [];

const movesIn = ({ event, detail }: JournalEntry): MovedTo[] =>
  event === 'promoting' || event === 'restoring'
    ? (moving.safeParse(detail).data?.leaves ?? []).map(({ client, after }) => ({ client, leaf: after }))
    : [];

import { activeIds, isValidAt, ORGANIZATION } from '../../domain/anchor.ts';
import { believeToggle } from '../../domain/cut/guards/believe-toggle.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import { instant } from '../../domain/instant.ts';
import { claimOf, entryOf } from '../../domain/memory/audit.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import { decideTakingBack } from '../../domain/witnesses/taking-back.ts';
import { ownWaysLost } from '../openai/own-way-in.ts';
import { type TogglePorts, toggle } from '../openai/toggle.ts';
import type { Around } from '../secrets/depended-on.ts';
import { begunIn } from './begun-in.ts';

type Halted = Pick<ScopeDocument, 'execution' | 'plan' | 'lease'> & { halt: { Error: string } };

/**
 * Deactivates successors of ours again in one scope (F16). An anchor stays active if a client relies on it,
 * if it is on hold, or if nothing else there is usable (I2). `reliedOn` tells which of them a client may run
 * on, given the other anchors that are usable there. `lines` are the run's lines so far. Safe to run twice.
 */
export async function deactivateAgain(
  ports: TogglePorts,
  input: Halted,
  {
    ours,
    suspected = [],
    lines,
    unfinished,
    reliedOn,
  }: {
    ours: readonly string[];
    /** Those of `ours` that nobody has seen do wrong. They do not wait for a person. */
    suspected?: readonly string[];
    lines: readonly JournalEntry[];
    /** Whether the run still has to take them back in other scopes. */
    unfinished: boolean;
    reliedOn: (ids: Around) => Promise<ReadonlySet<string>>;
  },
): Promise<{ takenBack: string[]; left: string[] }> {
  const { certificates, journal, hold, clock } = ports;
  const { scope } = input.plan;
  const before = await certificates.list(scope);
  const facts = async () => {
    const listing = await certificates.list(scope);
    const inherited = scope === ORGANIZATION ? [] : await certificates.list(ORGANIZATION);
    const now = clock();
    const usable = [...listing, ...inherited].filter((one) => one.active && isValidAt(one, now));
    const others = usable.map(({ anchorId }) => anchorId).filter((id) => !ours.includes(id));
    const uploaded = [...new Set([...listing, ...inherited].map(({ anchorId }) => anchorId))];
    const depended = await reliedOn({ ours, others, uploaded });
    // A person may have put a certificate of such an anchor into the admin secret. Without a way in, nothing
    // else can be undone (F10).
    const ownWays = await ownWaysLost(certificates, scope, { listed: listing, cut: ours, now });
    return decideTakingBack({ ours, depended, ownWays, listing, inherited, hold, now });
  };
  const { takeBack: found, left } = await facts();
  // An earlier attempt may have deactivated these without hearing the answer. Any other inactive anchor was
  // deactivated by somebody else.
  const tried = begunIn(lines, { scope, event: 'undoing', key: 'takingBack' });
  const gone = ours.filter((id) => tried.includes(id) && !activeIds(before).includes(id));
  const tell = (ids: readonly string[], after: readonly string[]) => {
    const detail = { takenBack: ids, error: input.halt.Error, before: activeIds(before), after };
    return journal.record(entryOf(input, clock(), 'undone', detail, scope));
  };
  const mark = (inactive: readonly string[]) => {
    const marked = inactive.filter((id) => !suspected.includes(id));
    return markTakenBack(ports, input, marked, unfinished);
  };
  if (found.length === 0) {
    await mark(gone);
    if (gone.length > 0) await tell(gone, activeIds(before));
    return { takenBack: gone, left };
  }
  await journal.record(
    entryOf(input, clock(), 'undoing', { takingBack: found, before: activeIds(before) }, scope),
  );
  await toggle(ports, claimOf(input), 'deactivate', scope, found, facts);
  const after = await certificates.list(scope);
  believeToggle(scope, after, { anchorIds: found, active: false });
  await mark([...gone, ...found]);
  await tell(found, activeIds(after));
  return { takenBack: [...gone, ...found], left };
}

/**
 * Marks the successions whose successors are seen inactive again. If this ends before the mark, the next run
 * tries once more, and takes them back itself. A compromised succession is not marked, because it waits for
 * no filter (I16). The clients that a pair is remembered to have turned away stay remembered.
 */
async function markTakenBack(
  ports: TogglePorts,
  input: Halted,
  inactive: readonly string[],
  unfinished: boolean,
): Promise<void> {
  const takenBackAt = instant(ports.clock());
  const pairs = input.plan.successions.filter(
    ({ successor, compromised }) => inactive.includes(successor) && !compromised,
  );
  if (pairs.length === 0) return;
  await ports.leases.demand(claimOf(input));
  for (const { retiring, successor } of pairs)
    await ports.journal.amendBegun({ retiring, successor }, (known) => ({
      ...{ retiring, successor, begunAt: input.execution.startedAt, takenBackAt },
      ...(unfinished && { unfinished }),
      ...(known?.refused && { refused: known.refused }),
    }));
}

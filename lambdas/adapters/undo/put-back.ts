import { activeIds, type ListedAnchor } from '../../domain/anchor.ts';
import { believeToggle } from '../../domain/cut/guards/believe-toggle.ts';
import { isOnItsWay } from '../../domain/cut/unconfirmed.ts';
import { demandEnforced, type UndoDecision } from '../../domain/cut/undo.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import { isOneOf } from '../../domain/errors.ts';
import { instant } from '../../domain/instant.ts';
import { claimOf, entryOf } from '../../domain/memory/audit.ts';
import type { CutMemory, SoakMemory } from '../../domain/memory/journal.ts';
import { soaksOf } from '../../domain/succession/resume.ts';
import type { Manifests } from '../aws/manifests.ts';
import { isEnforcedIn } from '../openai/enforcement.ts';
import type { TogglePorts } from '../openai/toggle.ts';
import { toggleEach } from '../openai/toggle-each.ts';
import { rememberTurnedAway } from './remember-turned-away.ts';

type Halted = Pick<ScopeDocument, 'execution' | 'plan' | 'lease'> & { halt: { Error: string } };

/**
 * Activates again in a scope the anchors that Undo has decided to put back, remembers which clients the cuts
 * turned away, and forgets those cuts. An anchor that is listed as active is activated all the same: the
 * listing may be older than the cut, and the API accepts a call twice (F2). If that call fails, the cut stays
 * remembered. Throws when the API refused an anchor, after all the others are back. Safe to run twice.
 */
export async function putBack(
  ports: TogglePorts & { manifests: Manifests },
  input: Halted,
  {
    reactivate: wanted,
    standing,
    again,
    cuts,
    soaks,
  }: UndoDecision & { cuts: readonly CutMemory[]; soaks: readonly SoakMemory[] },
  before: readonly ListedAnchor[],
): Promise<void> {
  const { certificates, leases, journal, clock } = ports;
  const { scope, successions } = input.plan;
  const interrupted = [...successions, ...cuts].filter(({ retiring }) => wanted.includes(retiring));
  // Another rotation may have taken over: its memories are not ours to forget.
  await leases.demand(claimOf(input));
  // An interrupted overlap has to soak anew, whichever run began it.
  await journal.forgetSoaks(soaksOf(interrupted, soaks));
  // Clients may run on the successor, and nothing else says so once the cut is forgotten.
  const begunAt = instant(clock());
  for (const { retiring, successor } of interrupted)
    await journal.amendBegun({ retiring, successor }, (known) =>
      known ? null : { retiring, successor, begunAt },
    );
  const intent = { reactivating: [...wanted, ...again], before: activeIds(before) };
  await journal.record(entryOf(input, clock(), 'undoing', intent, scope));
  const activate = (ids: readonly string[]) =>
    toggleEach(ports, claimOf(input), 'activate', scope, ids, async () => {
      const isEnforced = await isEnforcedIn(scope, await certificates.list(scope), certificates);
      demandEnforced(scope, ids, { isEnforced });
    });
  const refused = await activate(wanted);
  const unsure = await activate(again).then(
    (taken) => [...taken.keys()],
    (error) => {
      if (isOneOf(error, ['Superseded'])) throw error;
      return again;
    },
  );
  const after = await certificates.list(scope);
  const reactivated = wanted.filter((id) => !refused.has(id));
  believeToggle(scope, after, { anchorIds: reactivated, active: true });
  // The cuts are forgotten only after all of this: otherwise another attempt would not know that there was
  // something to undo.
  const [was, is] = [activeIds(before), activeIds(after)];
  const detail = { reactivated, standing, error: input.halt.Error, before: was, after: is };
  await journal.record(entryOf(input, clock(), 'undone', detail, scope));
  const back = [...standing, ...reactivated];
  await rememberTurnedAway(ports, input, back);
  // An active anchor is no longer cut, unless the call that cut it is still on its way. Then the next run
  // looks again.
  const isSure = (id: string): boolean => back.includes(id) && !unsure.includes(id);
  const landed = cuts.filter((cut) => isSure(cut.retiring) && !isOnItsWay(cut, clock()));
  await journal.forgetCuts(landed);
  for (const refusal of refused.values()) throw refusal;
}

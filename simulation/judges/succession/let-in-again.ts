import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import type { JudgeContext } from '../watch.ts';

/** What a client holds as `AWSCURRENT`, and what each scope has active, at a time in Unix seconds. */
type Held = { current: string | null; active: ReadonlyMap<Scope, ReadonlySet<string>>; at: number };

/**
 * Returns the leaf that a client runs on by the next cut of a run that is no emergency. A client whose leaf
 * leads only to compromised anchors, none of which lets it in, is moved back to the leaf before where that
 * one gets in. The anchor of that earlier leaf may be compromised too: until it is cut it is the way in
 * (I11). Nobody can tell that a leaf has leaked that leads to nothing uploaded.
 */
export function letInAgain(
  { name, project }: Pick<ScenarioClient, 'name' | 'project'>,
  { current, active, at }: Held,
  { rules, replay }: Pick<JudgeContext, 'rules' | 'replay'>,
): string | null {
  const { compromised, movedAt } = replay.state;
  // What other projects trust does not let this client in.
  const isTrusted = (id: string): boolean =>
    [project, ORGANIZATION].some((scope) => active.get(scope)?.has(id) === true);
  const issuers = rules.issuersOf(current);
  const isPlaced = issuers.some(replay.isReadable);
  const isOut = isPlaced && issuers.every((id) => compromised.has(id) && !isTrusted(id));
  const before = movedAt.get(name)?.from ?? null;
  const isWayIn = rules.chainOf(before).some((id) => isTrusted(id) && rules.isValid(id, at));
  return isOut && isWayIn && rules.endOf(before) > at ? before : current;
}

import { jsonPrefix } from '../../../lambdas/domain/json-prefix.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';

type Halted = { scope: string; cause: string };

/** Judges that a halt which says that a cut was put back has proven that clients get in again. */
export function judgeHalts(
  { at, execution, cause }: LoggedEvent & { what: 'ended' },
  proven: ReadonlySet<string>,
): Finding[] {
  const undone = haltedIn(cause).filter(
    ({ cause: why }) =>
      /; undo in \S+: (put back|found active) /.test(why) && !why.includes('could not be proven'),
  );
  const unproven = undone.filter(({ scope }) => !proven.has(`${execution} ${scope}`));
  return unproven.map(({ scope }) => ({
    kind: 'unproven',
    at,
    what: `${execution} says that the cut in ${scope} was put back, and nobody saw the clients let in`,
  }));
}

/** The scopes that an execution's cause tells of: a wave that halted lists them. */
function haltedIn(cause: string): Halted[] {
  const told = jsonPrefix(cause)?.value;
  return Array.isArray(told) ? told : []; // Otherwise something other than a wave ended it.
}

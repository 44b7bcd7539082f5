import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { isNo, looksOf } from '../proofs/probes.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * Judges F16: what an undo has taken back, since strangers got in by it or clients did not, stays inactive
 * until a person starts a run. Nobody can read whether its filter was mended, and a sweep that tried would
 * let strangers in again every day.
 */
export function createTakenBackWatch(context: JudgeContext): Watch {
  const { replay, rules } = context;
  const { requests, takenBack, compromised, invocations } = replay.state;

  /**
   * Whether the schedule started this execution. The successor of a compromised anchor needs no person,
   * since it waits for no filter (I16).
   */
  const isUnasked = (execution: string): boolean => {
    const { mode = 'scheduled' } = Object(requests.get(execution)) as { mode?: string };
    return mode === 'scheduled';
  };
  const isUrgent = (id: string): boolean =>
    [...compromised.keys()].some((other) => rules.anchor(other)?.line === rules.anchor(id)?.line);

  /**
   * When a run that a person started last began to plan, in milliseconds. From then on
   * sweeps go on with what it left.
   */
  let askedAt = 0;

  /**
   * What undos have taken back and marked: `scope anchor`, and when. An undo that was stopped between its
   * call and its mark has told nobody, so the next run tries once more and takes it back again.
   */
  const marked = new Map<string, number>();

  return (event): Finding[] => {
    const undo = event.what === 'returned' ? invocations.get(event.invocation) : undefined;
    if (undo?.step === 'undo' && event.what === 'returned') {
      const ids: string[] = Object(event.result).takenBack ?? [];
      for (const id of ids.filter((one) => isSeenDoing(one, undo, context))) {
        // A step that takes an anchor back everywhere marks it in each scope in which it did so.
        const everywhere = [...takenBack.keys()].filter((key) => key.endsWith(` ${id}`));
        for (const key of undo.scope === null ? everywhere : [`${undo.scope} ${id}`])
          marked.set(key, event.at);
      }
      if (ids.length > 0 && isForNothing(undo, context))
        return [
          {
            kind: 'restless',
            at: event.at,
            what: `${undo.execution} took ${ids.join(' ')} back in ${undo.scope}, which had turned nobody away`,
          },
        ];
    }
    if (event.what === 'invoked' && event.step === 'plan' && !isUnasked(event.execution)) askedAt = event.at;
    if (event.what !== 'trust' || !event.active || typeof event.by !== 'object') return [];
    const { at, by, scope, anchorIds } = event;
    if (!isUnasked(by.execution)) return [];
    return anchorIds
      .filter((id) => {
        const since = takenBack.get(`${scope} ${id}`) ?? Number.POSITIVE_INFINITY;
        return (marked.get(`${scope} ${id}`) ?? 0) >= since && since > askedAt && !isUrgent(id);
      })
      .map((id) => ({
        kind: 'activatedAgain',
        at,
        what: `${by.execution} made ${id} active in ${scope} again, which had been taken back, and nobody asked for it`,
      }));
  };
}

/**
 * Whether a look of the anchor's run has seen a stranger get in by it, or a client turned away (I9, I17).
 * Nobody knows what a shard saw that another shard has ended early. The next run may try an anchor again that
 * was taken back on suspicion alone.
 */
function isSeenDoing(
  id: string,
  { execution, scope, input }: InvocationRecord,
  context: JudgeContext,
): boolean {
  const { scenario, rules } = context;
  if (scope === null || !Object(input).plan?.shards?.length) return true;
  const strangers = (scenario.witnesses ?? []).map(({ name }) => name);
  const looks = looksOf(execution, context).filter((look) => look.scope === scope);
  return looks.some(({ probes }) =>
    probes.some(({ leaf, verdict }) => {
      const [name = '', version = null] = leaf.split(' ');
      const isWrong = strangers.includes(name) ? verdict === 'accepted' : version !== null && isNo(verdict);
      return isWrong && rules.leadingTo(version).includes(id);
    }),
  );
}

/**
 * Whether every client that a run has seen turned away in a scope has been outside since long before, so
 * that no activation did that (I17).
 */
function isForNothing(
  { execution, scope, input }: InvocationRecord,
  { replay, scenario }: JudgeContext,
): boolean {
  const { halt, deactivation } = Object(input);
  if (halt?.Error !== 'SuccessorRefused' || deactivation) return false;
  const looks = [...replay.state.invocations.values()].filter(
    (one) => one.execution === execution && one.scope === scope && one.step === 'verify',
  );
  const refused = looks.flatMap(({ probes }) =>
    probes.filter(({ leaf, verdict }) => leaf !== 'control' && isNo(verdict)),
  );
  const isLongOutside = (leaf: string): boolean =>
    scenario.clients.some(({ name, isUnmapped }) => isUnmapped && leaf.startsWith(`${name} `));
  return refused.length > 0 && refused.every(({ leaf }) => isLongOutside(leaf));
}

import type { ScopeVerdict } from '../../lambdas/domain/document.ts';
import { errorNames } from '../../lambdas/domain/errors.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import { shardOf } from './shards.ts';
import type { JudgeContext, Watch } from './watch.ts';

const KEEPS_THE_CUT = ['RetiringStillAccepted', 'RevocationInconclusive', 'Superseded'];

type Succession = { retiring: string; successor: string };

/**
 * Judges three failures. A step fails under no name of ours (I13). An error about a refused admin key names
 * neither that nor the missing permission, or the key was not refused at all (F18). Or another run holds up an emergency (I12).
 */
export function judgeFailure(
  { at, error, message, execution, invocation }: LoggedEvent & { what: 'failed' },
  { replay }: JudgeContext,
): Finding[] {
  const { state } = replay;
  const seen = state.invocations.get(invocation);
  const unnamed = !(errorNames as readonly string[]).includes(error);
  const isForbidden = / 403 missing_scope /.test(message);
  // A run that is told of another run at work ends as Busy. Its message then
  // says why it could not look around.
  const isNamed =
    error === 'AdminKeyRefused' || (error === 'Busy' && message.includes(': AdminKeyRefused: '));
  const isTold = isNamed && /lacks (?:api\.mtls\.(?:read|write)|the listing)/.test(message);
  // A page of something in between says nothing of the key, and sends a person to the wrong place.
  const isMisnamed = error === 'AdminKeyRefused' && message.includes("without the API's own error");
  const { mode } = Object(state.requests.get(execution));
  const heldUp = error === 'Busy' && mode === 'emergency' && state.lease?.mode !== 'emergency';
  return [
    ...(unnamed || isMisnamed || (isForbidden && !isTold)
      ? [{ kind: 'unnamed' as const, at, what: `${seen?.step} failed with ${error}: ${message}` }]
      : []),
    ...(heldUp ? [{ kind: 'emergencyHeldUp' as const, at, what: message }] : []),
  ];
}

/** Judges I10: an undo that has returned has put back what our runs cut there, unless it is to stay cut. */
export function judgeUndo(
  invocation: number,
  at: number,
  { replay, rules, scenario }: JudgeContext,
): Finding[] {
  const seen = replay.state.invocations.get(invocation);
  if (seen?.step !== 'undo') return [];
  const { plan, halt } = seen.input as { plan: { successions: Succession[] }; halt: { Error: string } };
  if (KEEPS_THE_CUT.includes(halt.Error)) return [];
  // Somebody has emptied the scope, so putting anything back would turn enforcement on (I3).
  if (replay.activeIn(seen.scope ?? '').size === 0) return [];
  // Nothing can be put back in an archived project. The cut stays remembered, and nobody calls
  // with the project's keys (I17).
  const archived = replay.state.archived.get(seen.scope ?? '');
  if (archived && (!archived.mended || archived.at >= seen.at)) return [];
  return plan.successions.flatMap(({ retiring }): Finding[] => {
    const cut = replay.state.cuts.get(`${seen.scope} ${retiring}`);
    const lasts = rules.isValid(retiring, at / 1000) && rules.isValid(retiring, at / 1000 + rules.TOLERANCE);
    if (!cut || !lasts || replay.state.compromised.has(retiring) || !replay.exists(retiring)) return [];
    // A late listing shows an anchor as active that has just been cut. The cut stays
    // remembered, and the next run looks.
    const seenAt =
      (seen.listed.get(seen.scope ?? '') ?? at) - 1000 * scenario.faultRates.propagation.listings;
    if (cut.at >= seenAt) return [];
    // An anchor that is on hold by now is not ours to touch (I5).
    if (rules.held(retiring, seen.at / 1000) || rules.held(retiring, at / 1000)) return [];
    return [{ kind: 'undo', at, what: `${retiring} stayed cut in ${seen.scope} after ${halt.Error}` }];
  });
}

/**
 * Judges F11 and I10: only a refusal for want of a path proves a revocation. A filter's refusal
 * shows that a path is still there.
 */
export function judgeConfirmed(
  event: LoggedEvent & { what: 'recorded' },
  { replay, scenario }: JudgeContext,
): Finding[] {
  const refused = new Set(refusedBy(event));
  const seen = typeof event.by === 'object' ? replay.state.invocations.get(event.by.invocation) : undefined;
  if (seen?.step !== 'confirm') return [];
  return (
    seen.probes
      // A token host's refusal is recorded as well, and proves nothing either way (F17).
      .filter(({ verdict, host }) => verdict === FILTERED && scenario.hosts.includes(host))
      .filter(({ leaf }) => refused.has(leaf.split(' ')[0] ?? ''))
      .map(({ leaf, host }) => ({
        kind: 'unproven',
        at: event.at,
        what: `${seen.execution} took ${leaf} for revoked in ${seen.scope}, which a filter refused on ${host}`,
      }))
  );
}

/**
 * The clients whose old leaf a Confirm takes for refused. The trail has all of them; the
 * step's answer names only a few.
 */
export const refusedBy = ({ entry }: LoggedEvent & { what: 'recorded' }): readonly string[] =>
  entry.event === 'confirmed' ? (Object(entry.detail).refused ?? []) : [];

const FILTERED = 'certificate_attribute_verification_failed';

/**
 * Judges I10: an execution that ends red after an unconfirmed cut has at least tried to undo it. A scope
 * whose own execution was stopped before it left a verdict could not try; the next run does (I11).
 */
export function createEndWatch({ replay }: JudgeContext): Watch {
  /** How each scope last failed to be confirmed: by `execution scope`, then by shard. */
  const failed = new Map<string, Map<number, string>>();
  /**
   * When a scope's own execution was stopped, in milliseconds, by `execution scope`; and the scopes that
   * have left a verdict in their cut.
   */
  const stopped = new Map<string, number>();
  const concluded = new Set<string>();

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    if (error === null || error === 'Aborted' || error === 'States.Timeout') return [];
    if (error === 'States.Runtime')
      return [{ kind: 'unnamed', at, what: `${execution} ended with ${error}` }];
    const { cuts, invocations } = replay.state;
    const mine = [...cuts]
      .filter(([, cut]) => cut.execution === execution)
      .map(([key]) => key.split(' ')[0] ?? '');
    return [...new Set(mine)].flatMap((scope): Finding[] => {
      const address = `${execution} ${scope}`;
      const failure = [...(failed.get(address)?.values() ?? [])].at(-1);
      if ((stopped.get(address) ?? Number.POSITIVE_INFINITY) <= at && !concluded.has(address)) return [];
      const tried = [...invocations.values()].some(
        (seen) => seen.execution === execution && seen.step === 'undo' && seen.scope === scope,
      );
      if (!failure || KEEPS_THE_CUT.includes(failure) || tried) return [];
      return [{ kind: 'undo', at, what: `nobody tried to undo the cut in ${scope} after ${failure}` }];
    });
  }

  return (event) => {
    if (event.what === 'ended') return ended(event);
    if (event.what === 'fault') {
      const after = /^the execution of one scope is stopped after (\d+) ms$/.exec(event.fault)?.[1];
      const scope = event.address.slice(event.address.lastIndexOf('/') + 1);
      if (after && !event.address.includes('/the-overlap:'))
        stopped.set(`${event.execution} ${scope}`, event.at + Number(after));
    }
    if (event.what === 'invoked' && event.step === 'conclude-scope') {
      const { phase, verdict } = Object(event.input) as { phase: string; verdict: ScopeVerdict };
      if (phase !== 'overlap') concluded.add(`${event.execution} ${verdict.scope}`);
    }
    if (event.what !== 'failed' && event.what !== 'returned') return [];
    const seen = replay.state.invocations.get(event.invocation);
    if (seen?.step !== 'confirm') return [];
    const address = `${seen.execution} ${seen.scope}`;
    const own = failed.get(address) ?? new Map<number, string>();
    failed.set(address, own);
    // A Confirm that was tried again and was heard has not failed. The cut may still be unconfirmed because
    // of what it left to another scope.
    if (event.what === 'failed' || event.heard) own.delete(shardOf(seen.input));
    if (event.what === 'failed') own.set(shardOf(seen.input), event.error);
    return [];
  };
}

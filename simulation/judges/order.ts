import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { isWhole, NO_SHARD, shardOf } from './shards.ts';
import { compromisedSince, type JudgeContext, type TrustEvent, type Watch } from './watch.ts';

/** The step whose proof a scope owes before the next wave may begin, by the step that changes trust. */
const PROOF: Readonly<Record<string, string>> = { activate: 'verify', deactivate: 'confirm' };

/**
 * Errors that hold only their own scopes. A client does not answer, cannot be read, or has a key of another
 * project. A project is archived, or a witness waits for such a project. Or no time is left.
 */
export const SILENT = [
  ...['ProbeInconclusive', 'ProbeRefused', 'SecretUnavailable', 'UnknownProject'],
  ...['WitnessUnjudged', 'OutOfTime', 'KeyOfAnotherProject'],
];
/** An activation that the API refuses: nothing has changed in that scope, and nobody is moved for it. */
const REFUSED = 'ApiRefused';
/** Errors after which other scopes may fail in the same way. */
const ALARMING = [
  ...['SuccessorRefused', 'ToggleNotVisible', 'NotEnforced', 'TrustWidened'],
  ...['ConfigurationChanged', 'Stopped', 'Superseded'],
];

/**
 * The proofs that an attempt at a step is about. A scope may halt before its proof has been asked for. A look
 * before an activation or after an undo proves neither.
 */
function proofsOf({ step, input }: Pick<InvocationRecord, 'step' | 'input'>): string[] {
  if (step !== 'verify') return [PROOF[step] ?? step];
  return ['beforehand', 'afterUndo'].includes(Object(input).moment) ? [] : ['verify', 'confirm'];
}

/** Faults after which an attempt has no answer. */
const DEATHS = /^the process dies|^no answer ever comes/;

/**
 * Judges rule 4: canary projects go first, then the other projects, then the organization, and each wave
 * begins when the one before is proven. Scopes of silent clients hold no wave, and one other scope in twenty
 * may halt. In the overlap one scope may halt in any wave but the canaries', and so may each scope whose
 * activation the API refuses. A scope goes by itself only where all that retires is compromised (I16).
 */
export function createOrderWatch({ replay, rules, scenario }: JudgeContext): Watch {
  /** The scopes of each execution's plan, wave by wave. */
  const planned = new Map<string, Scope[][]>();
  /** `execution step scope` of what has been proven. */
  const proven = new Set<string>();
  /**
   * How each proof last failed: by `execution step scope`, then by shard. `undone` has each `execution
   * scope` where a cut was taken back.
   */
  const failed = new Map<string, Map<number, string>>();
  const undone = new Set<string>();
  /**
   * Scopes that did not begin their cut since they had halted before it: `execution scope`. Their halt was
   * judged where it happened (I17).
   */
  const heldBefore = new Set<string>();
  const turnOf = (scope: Scope): number =>
    scope === ORGANIZATION ? 2 : scenario.policy.canary.includes(scope) ? 0 : 1;

  function failuresOf(
    execution: string,
    proof: string,
    scope: Scope | null | undefined,
  ): Map<number, string> {
    const address = `${execution} ${proof} ${scope}`;
    const known = failed.get(address) ?? new Map<number, string>();
    failed.set(address, known);
    return known;
  }

  function judge({ at, by, scope }: TrustEvent): Finding[] {
    const seen = typeof by === 'object' ? replay.state.invocations.get(by.invocation) : undefined;
    const proof = PROOF[seen?.step ?? ''];
    if (!seen || !proof) return [];
    const waves = planned.get(seen.execution) ?? [];
    const own = waves.findIndex((scopes) => scopes.includes(scope));
    const isOverlap = seen.step === 'activate';
    const holdsItsOwn = (error: string) => SILENT.includes(error) || (isOverlap && error === REFUSED);
    const address = (other: Scope) => `${seen.execution} ${proof} ${other}`;
    const missing = waves.flatMap((all, wave) => {
      const begun = all.filter((other) => !heldBefore.has(`${seen.execution} ${other}`));
      const isSilent = (other: Scope) =>
        [...(failed.get(address(other))?.values() ?? [])].some((error) => SILENT.includes(error));
      // Of several canaries one has to show how a cut goes, unless nobody answers in any of them.
      const isUntried =
        begun.length === 0 && all.length > 1 && turnOf(all[0] ?? '') === 0 && !all.every(isSilent);
      const scopes = isUntried ? all : begun;
      const before = scopes.filter((other) => wave < own || turnOf(other) < turnOf(scope));
      const unproven = before.filter((other) => !proven.has(address(other)));
      const errors = unproven.map((other) => [...(failed.get(address(other))?.values() ?? [])]);
      const isAlarming =
        errors.flat().some((error) => ALARMING.includes(error)) ||
        unproven.some((other) => undone.has(`${seen.execution} ${other}`));
      // A shard may have failed for another reason, beside a shard with a silent client.
      const others = errors.filter((all) => isUntried || !all.some((error) => holdsItsOwn(error)));
      // In the overlap nothing is taken from anybody yet, so at least one scope may halt. Only a canary's
      // halt says something about the others (I17).
      const least = isOverlap && turnOf(all[0] ?? '') !== 0 ? 1 : 0;
      const isFew = others.length <= Math.max(least, scopes.length / 20);
      return isFew && !isAlarming ? [] : unproven;
    });
    const what = `${seen.execution} changes ${scope} before ${missing.join(' ')} is proven`;
    // I18: one soak serves all scopes, and only those that were proven before it.
    const hasSoaked = seen.step === 'activate' || proven.has(`${seen.execution} verify ${scope}`);
    return [
      ...(missing.length > 0 ? [{ kind: 'order' as const, at, what }] : []),
      ...(own >= 0 && !hasSoaked
        ? [
            {
              kind: 'soak' as const,
              at,
              what: `${seen.execution} cuts ${scope}, which its overlap did not prove`,
            },
          ]
        : []),
    ];
  }

  function unasked(
    at: number,
    { at: since, execution }: InvocationRecord,
    { atOnce, successions }: Plan,
  ): Finding[] {
    const known = compromisedSince(replay, since);
    const sound = successions.filter(({ retiring }) => !known.some((one) => rules.sameKey(one, retiring)));
    if (!atOnce || sound.length === 0) return [];
    const ids = sound.map(({ retiring }) => retiring).join(' ');
    return [{ kind: 'order', at, what: `${execution} goes at once, though ${ids} is not compromised` }];
  }

  /** Notes how the last attempt at a step failed. */
  function fails({ execution, invocation }: { execution: string; invocation: number }, error: string): void {
    const { step = '', scope, input } = replay.state.invocations.get(invocation) ?? {};
    for (const proof of proofsOf({ step, input }))
      failuresOf(execution, proof, scope).set(shardOf(input), error);
  }

  return (event) => {
    if (event.what === 'trust') return judge(event);
    if (event.what === 'failed') fails(event, event.error);
    // A process that dies says nothing, so nobody knows why that attempt would have failed.
    if (event.what === 'fault' && DEATHS.test(event.fault)) fails(event, 'Runtime.ExitError');
    if (event.what !== 'returned') return [];
    const seen = replay.state.invocations.get(event.invocation);
    // A step that was tried again with success has not failed. A sum of shards says
    // nothing about any single shard.
    if (seen && (shardOf(seen.input) !== NO_SHARD || PROOF[seen.step]))
      for (const proof of proofsOf(seen))
        failuresOf(seen.execution, proof, seen.scope).delete(shardOf(seen.input));
    if (seen?.step === 'plan' && event.heard) {
      const { waves, atOnce } = event.result as Plan;
      if (atOnce) return unasked(event.at, seen, event.result as Plan);
      planned.set(
        seen.execution,
        waves.map(({ scopes }) => scopes.map(({ scope }) => scope)),
      );
    }
    if (seen?.step === 'undo' && Object(event.result).anyBack) undone.add(`${seen.execution} ${seen.scope}`);
    const { moment = 'overlap', phase } = Object(seen?.input);
    const { halt } = Object(event.result);
    if (seen?.step === 'begin-scope' && phase === 'cut' && halt && !ALARMING.includes(halt.Error))
      heldBefore.add(`${seen.execution} ${seen.scope}`);
    const isProof = seen?.step === 'confirm' || (seen?.step === 'verify' && moment === 'overlap');
    if (seen && isProof && isWhole(seen, event.result))
      proven.add(`${seen.execution} ${seen.step} ${seen.scope}`);
    return [];
  };
}

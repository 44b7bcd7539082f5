import type { Judgement, ScopeVerdict } from '../../../lambdas/domain/document.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { SILENT } from '../order.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/** What an execution's cut has come to, scope by scope. */
type Cut = {
  /** Scopes that the overlap has held, with the error: their cut was not begun. */
  notBegun: Map<string, string>;
  verdicts: Map<string, ScopeVerdict>;
  /**
   * Projects that were archived by the time of their verdict. Nothing is undone
   * there, whatever the verdict says.
   */
  archived: Set<string>;
};

type Began = { begins: boolean; anyHalted: boolean; halt?: { Error: string } };

/**
 * Judges rule 4 and I17: what held a scope in the overlap was judged there. A wave of cuts keeps the next
 * from beginning because of what halted in it, not because of scopes that were never begun.
 */
export function createStoppedWavesWatch({ replay }: JudgeContext): Watch {
  const cuts = new Map<string, Cut>();
  const plans = new Map<string, Plan>();
  const cutOf = (execution: string): Cut => {
    const cut = cuts.get(execution) ?? { notBegun: new Map(), verdicts: new Map(), archived: new Set() };
    cuts.set(execution, cut);
    return cut;
  };

  function returned({ at, execution, invocation, result }: LoggedEvent & { what: 'returned' }): Finding[] {
    const seen = replay.state.invocations.get(invocation);
    if (seen?.step === 'plan') plans.set(execution, result as Plan);
    const { phase, tolerant, wave } = Object(seen?.input);
    if (phase !== 'cut') return [];
    const { notBegun, verdicts, archived } = cutOf(execution);
    if (seen?.step === 'begin-scope' && seen.scope) {
      const { begins, anyHalted, halt } = result as Began;
      if (!begins && anyHalted) notBegun.set(seen.scope, halt?.Error ?? '');
    }
    if (seen?.step !== 'judge' || !tolerant || !(result as Judgement).anyHalted) return [];
    const waves = plans.get(execution)?.waves.filter(({ name }) => name === wave.name) ?? [];
    const scopes = waves.flatMap((one) => one.scopes.map(({ scope }) => scope));
    const isOwn = ({ scope, verdict, error, undone }: ScopeVerdict) =>
      verdict === 'confirmed' || (SILENT.includes(error) && (!undone || archived.has(scope)));
    const isSpent = (scope: string) => {
      const verdict = verdicts.get(scope);
      return notBegun.has(scope) || (verdict !== undefined && isOwn(verdict));
    };
    const isSilent = (scope: string) => SILENT.includes(notBegun.get(scope) ?? '');
    // Of several canaries at least one has to show how a cut goes, unless nobody answers in any of them.
    const isUntried =
      wave.name === 'canary' &&
      scopes.length > 1 &&
      scopes.every((scope) => notBegun.has(scope)) &&
      !scopes.every(isSilent);
    if (scopes.length === 0 || isUntried || !scopes.every(isSpent)) return [];
    const what = `${execution} cuts nothing after a wave in which nothing halted that concerns others: ${scopes.filter((one) => verdicts.get(one)?.verdict !== 'confirmed').join(', ')}`;
    return [{ kind: 'heldBack', at, what }];
  }

  return (event) => {
    // A verdict that was not stored does not count: its scope is lost.
    const concluded = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    if (concluded?.step === 'conclude-scope') {
      const { phase, verdict } = concluded.input as { phase: string; verdict: ScopeVerdict };
      const { verdicts, archived } = cutOf(concluded.execution);
      if (phase === 'cut') verdicts.set(verdict.scope, verdict);
      if (phase === 'cut' && replay.state.broken.has(`project ${verdict.scope}`)) archived.add(verdict.scope);
    }
    return event.what === 'returned' && event.heard ? returned(event) : [];
  };
}

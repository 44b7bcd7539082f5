import { causeOf } from '../../lambdas/domain/cause.ts';
import type { Release } from '../../lambdas/domain/document.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { Tell } from '../../simulation/log/progress.ts';
import { withWholePlan } from '../../simulation/log/whole-plan.ts';
import type { MachineObserver } from '../../simulation/machine/machine-host.ts';
import type { ObjectStore } from '../../simulation/world/object-store.ts';
import { detailOf, type StepOutput } from './step-details.ts';

/** What one scope's steps reported about it. */
type ScopeRecord = {
  /** What proved the successors, and what confirmed the cut. */
  verified: 'probe' | 'listing' | null;
  confirmed: 'probe' | 'listing' | null;
  /** Its own listing showed nothing to cut. */
  isSpared?: true;
};

/** What the steps of one execution returned, collected while it ran. */
export interface ExecutionRecord extends MachineObserver {
  readonly plan: Plan | null;
  /** The outcome that Release reported. Null before that. */
  readonly outcome: Release['outcome'] | null;
  /** The latest time that a confirmation gave for old tokens (F17). */
  readonly tokensUntil: string | null;
  of(scope: string): Readonly<ScopeRecord>;
}

/** Observes a machine, keeps what its steps returned, and reports each in words. */
export function createExecutionRecord(tell: Tell, objects: ObjectStore): ExecutionRecord {
  const scopes = new Map<string, ScopeRecord>();
  let plan: Plan | null = null;
  let tokensUntil: string | null = null;
  let outcome: Release['outcome'] | null = null;

  const of = (scope: string): ScopeRecord => {
    const known = scopes.get(scope) ?? { verified: null, confirmed: null };
    scopes.set(scope, known);
    return known;
  };
  const whereabouts = (scope: string | undefined) => {
    if (scope === undefined) return {};
    const wave = plan?.waves.find(({ scopes }) => scopes.some((planned) => planned.scope === scope))?.name;
    return { scope, ...(wave === undefined ? {} : { wave }) };
  };

  function remember(output: StepOutput): void {
    if ('decision' in output) plan = output;
    else if ('outcome' in output) outcome = output.outcome;
    else if ('refused' in output) {
      of(output.scope).confirmed = output.evidence;
      tokensUntil = laterOf(tokensUntil, output.tokensUntil ?? null);
    } else if ('remains' in output && output.remains === 'nothing') of(output.scope).isSpared = true;
    else if ('evidence' in output) of(output.scope).verified = output.evidence;
  }

  return {
    of,
    get plan() {
      return plan;
    },
    get outcome() {
      return outcome;
    },
    get tokensUntil() {
      return tokensUntil;
    },
    entered: (state) => tell({ kind: 'entered', state }),
    done(state, _, result) {
      if (isPlumbing(result)) return;
      const output = withWholePlan(objects, result) as StepOutput;
      remember(output);
      if ('decision' in output) tell({ kind: 'planned', ...figuresOf(output) });
      else {
        const scope = 'scope' in output ? output.scope : undefined;
        tell({ kind: 'step', step: state, ...whereabouts(scope), outcome: 'done', detail: detailOf(output) });
      }
    },
    failed(state, input, error, again) {
      const scope = (input as { plan?: { scope?: string } } | null)?.plan?.scope;
      const detail = `${error.name}: ${causeOf(error.message)}`;
      tell({
        kind: 'step',
        step: state,
        ...whereabouts(scope),
        outcome: again ? 'retried' : 'failed',
        detail,
      });
    },
  };
}

/** The later of two times. They are written in the same form, so their texts can be compared. */
const laterOf = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other > one) ? other : one;

/** Whether a result only leads to the next state: a wave opened or judged, a scope begun or concluded. */
function isPlumbing(result: unknown): boolean {
  const [first = 'scopes'] = Object.keys(Object(result));
  return ['scopes', 'begins', 'anyHalted'].includes(first);
}

const figuresOf = ({ decision, successions, blocked, waves, summary }: Plan) => ({
  decision,
  successions: successions.length,
  blocked: blocked.length,
  scopes: waves.reduce((total, wave) => total + wave.scopes.length, 0),
  summary,
});

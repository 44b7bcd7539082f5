import type { State } from '../../lib/definition.ts';
import { holds, type Rule } from './choice.ts';
import { type ExpressionInput, evaluated } from './expressions.ts';
import { carried, inputOf, outputOf, parametersOf, passedOn } from './payload.ts';
import { attempted } from './retries.ts';
import { StateFailure } from './state-failure.ts';
import type { Left, Visit } from './visit.ts';

/** What a state of each type does. The interpreter has the Map, which runs a machine of its own. */
export const states: Record<Exclude<State['Type'], 'Map'>, (visit: Visit) => Promise<Left>> = {
  async Pass(visit) {
    const { state } = visit;
    const result = 'Result' in state ? state.Result : parametersOf(visit);
    return { document: outputOf(visit, result), next: nextOf(state) };
  },
  async Choice(visit) {
    const { name, state } = visit;
    const input = inputOf(visit);
    const chosen = (state.Choices as Rule[]).find((rule) => holds(rule, input));
    const next = chosen?.Next ?? state.Default;
    if (next === undefined) throw new StateFailure('States.NoChoiceMatched', `no choice of '${name}' holds`);
    return { document: passedOn(visit, input.document), next: String(next) };
  },
  async Wait(visit) {
    const { state, execution } = visit;
    const { time } = execution.host;
    const input = inputOf(visit);
    await time.pass(waitUntil(state, input, time.now()), 'wait');
    return { document: passedOn(visit, input.document), next: nextOf(state) };
  },
  Task: task,
  async Succeed(visit) {
    return { document: passedOn(visit, inputOf(visit).document), next: undefined };
  },
  async Fail({ state, ...data }) {
    const said = (field: 'Error' | 'Cause') => {
      const path = state[`${field}Path`];
      const value = path ? evaluated(String(path), data) : (state[field] ?? '');
      if (typeof value === 'string') return value;
      throw new StateFailure('States.Runtime', `the ${field} at ${path} is no text`);
    };
    throw new StateFailure(said('Error'), said('Cause'));
  },
};

export const nextOf = (state: State): string | undefined => state.Next as string | undefined;

function task(visit: Visit): Promise<Left> {
  const { name, state, branch, execution } = visit;
  const { invoke, observer } = execution.host;
  let asked: unknown = null;
  return attempted(
    visit,
    async () => {
      asked = parametersOf(visit);
      const answer = invoke({ state: name, resource: String(state.Resource), input: asked });
      const result = carried(name, await branch.only(inTime(visit, answer)));
      observer?.done(name, asked, result);
      return { document: outputOf(visit, result), next: nextOf(state) };
    },
    (failure, again) => observer?.failed(name, asked, failure, again),
  );
}

/**
 * The outcome, or `States.Timeout` when it takes longer than TimeoutSeconds. The function
 * then runs on, and nobody hears it.
 */
function inTime<T>({ state: { TimeoutSeconds }, execution }: Visit, outcome: Promise<T>): Promise<T> {
  if (TimeoutSeconds === undefined) return outcome;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const late = new StateFailure('States.Timeout', `no answer within ${TimeoutSeconds} s`);
  const callOff = execution.host.time.guard(Number(TimeoutSeconds) * 1000, () => reject(late));
  outcome.then(resolve, reject).finally(callOff);
  return promise;
}

/** When a Wait state ends, in Unix milliseconds. */
function waitUntil(state: State, input: ExpressionInput, now: number): number {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  const seconds = SecondsPath ? evaluated(String(SecondsPath), input) : Seconds;
  const timestamp = TimestampPath ? evaluated(String(TimestampPath), input) : Timestamp;
  const until = timestamp === undefined ? now + Number(seconds) * 1000 : Date.parse(String(timestamp));
  if (Number.isNaN(until))
    throw new StateFailure('States.Runtime', `nobody can wait for ${timestamp ?? seconds}`);
  return until;
}

import { type ExpressionInput, evaluated, filled, withValueAt } from './expressions.ts';
import { StateFailure } from './state-failure.ts';
import type { Visit } from './visit.ts';

/** Most bytes of JSON that a state may take in or give back (Step Functions). */
const MOST_BYTES = 262_144;

/** The value, if Step Functions can carry it. Fails as `States.DataLimitExceeded` otherwise. */
export function carried(state: string, value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  // One UTF-16 unit takes at most three bytes, so short texts need no counting.
  const bytes = text.length * 3 > MOST_BYTES ? Buffer.byteLength(text) : 0;
  if (bytes <= MOST_BYTES) return value;
  const cause = `The state '${state}' would carry ${bytes} bytes of data; at most ${MOST_BYTES} are allowed.`;
  throw new StateFailure('States.DataLimitExceeded', cause);
}

/** The input after InputPath, for Parameters and for states that only look at it. */
export const inputOf = (visit: Visit): ExpressionInput =>
  chosen(visit.state.InputPath, visit, visit.document);

/** What a Task is asked, or a Pass passes on: the input after InputPath and Parameters. */
export function parametersOf(visit: Visit): unknown {
  const input = inputOf(visit);
  const { Parameters } = visit.state;
  return Parameters === undefined ? input.document : carried(visit.name, filled(Parameters, input));
}

/** What a state leaves of its result, by ResultSelector, ResultPath on the raw input, and OutputPath. */
export function outputOf(visit: Visit, result: unknown): unknown {
  const { name, state, document, context } = visit;
  const selected =
    state.ResultSelector === undefined ? result : filled(state.ResultSelector, { document: result, context });
  return carried(name, passedOn(visit, withResult(state.ResultPath, document, selected)));
}

/** The document after OutputPath. */
export const passedOn = (visit: Visit, document: unknown): unknown =>
  chosen(visit.state.OutputPath, visit, document).document;

/**
 * The document with a result at ResultPath. Null drops the result; without a path
 * the result replaces the document.
 */
export const withResult = (path: unknown, document: unknown, result: unknown): unknown =>
  path === null ? document : withValueAt(String(path ?? '$'), document, result);

/** The part of the document that a path chooses; null chooses nothing. */
function chosen(path: unknown, { context }: ExpressionInput, document: unknown): ExpressionInput {
  const data = { document, context };
  if (path === undefined) return data;
  return { document: path === null ? {} : evaluated(String(path), data), context };
}

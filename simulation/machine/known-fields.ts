import type { Definition, State } from '../../lib/definition.ts';
import { comparisonOf, type Rule } from './choice.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const MACHINE = words('StartAt States Comment TimeoutSeconds ProcessorConfig');
const EVERY = words('Type Comment Next End InputPath OutputPath');
const STATE: Record<State['Type'], ReadonlySet<string>> = {
  Task: words('Resource Parameters ResultSelector ResultPath Retry Catch TimeoutSeconds'),
  Map: words(
    'ItemsPath ItemSelector ItemProcessor MaxConcurrency ResultSelector ResultPath Retry Catch ItemReader Label ToleratedFailurePercentage',
  ),
  Pass: words('Result Parameters ResultPath'),
  Choice: words('Choices Default'),
  Wait: words('Seconds SecondsPath Timestamp TimestampPath'),
  Succeed: words(''),
  Fail: words('Error Cause ErrorPath CausePath'),
};
const RETRIER = words(
  'ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment',
);
const READER = words('Resource ReaderConfig Parameters');
const CATCHER = words('ErrorEquals ResultPath Next Comment');

const looked = new WeakSet<Definition>();

/**
 * Throws for a field that the interpreter does not know, with its name. A field that nobody reads would be a
 * difference from AWS that nobody sees.
 */
export function demandKnownFields(machine: Definition): void {
  if (looked.has(machine)) return;
  demand('the machine', machine, MACHINE);
  const { Mode = 'INLINE', ExecutionType = 'STANDARD' } = Object(machine.ProcessorConfig) as Record<
    string,
    string
  >;
  if (Mode !== 'INLINE' && Mode !== 'DISTRIBUTED')
    throw new Error(`the interpreter does not know the mode ${Mode} of a Map`);
  if (ExecutionType !== 'STANDARD')
    throw new Error(`the interpreter does not know children that are ${ExecutionType}`);
  for (const [name, state] of Object.entries(machine.States)) demandKnownState(name, state);
  looked.add(machine);
}

function demandKnownState(name: string, state: State): void {
  const known = STATE[state.Type];
  if (!known) throw new Error(`the interpreter does not know the type ${state.Type} of ${name}`);
  demand(name, state, EVERY, known);
  for (const retrier of listed(state.Retry)) demand(`a Retry of ${name}`, retrier, RETRIER);
  for (const catcher of listed(state.Catch)) demand(`a Catch of ${name}`, catcher, CATCHER);
  for (const rule of listed(state.Choices)) demandKnownRule(rule as Rule);
  if (state.ItemProcessor) demandKnownFields(state.ItemProcessor);
  if (state.ItemReader) demandKnownReader(name, state.ItemReader as Reader);
}

type Reader = { Resource?: string; ReaderConfig?: { InputType?: string } };

function demandKnownReader(name: string, reader: Reader): void {
  demand(`the ItemReader of ${name}`, reader, READER);
  const { Resource = '', ReaderConfig: { InputType = '' } = {} } = reader;
  if (!Resource.endsWith(':states:::s3:getObject') || InputType !== 'JSON')
    throw new Error(`the interpreter does not know how ${name} reads ${InputType} by ${Resource}`);
}

function demandKnownRule({ And, Or, Not, ...rule }: Rule): void {
  if (And || Or || Not)
    for (const part of [...(And ?? []), ...(Or ?? []), ...(Not ? [Not] : [])]) demandKnownRule(part);
  else comparisonOf(rule);
}

const listed = (value: unknown): object[] => (value ?? []) as object[];

function demand(where: string, what: object, ...known: ReadonlySet<string>[]): void {
  const unknown = Object.keys(what).filter((field) => !known.some((fields) => fields.has(field)));
  if (unknown.length > 0) throw new Error(`the interpreter does not know ${unknown.join(', ')} of ${where}`);
}

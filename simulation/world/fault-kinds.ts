/** A kind of fault: whether the call happens, what its caller hears, and both in words. */
type Row = {
  kind: string;
  happens: boolean;
  /** `late` is the answer itself, `dies` never any answer; anything else is how the wire fails. */
  caller: string;
  what: string;
  /** What a fault of the same name does to a whole invocation of a step, in words. */
  step?: string;
};

/**
 * Every kind of fault. The faults file, its help, the HTTP answers and the in-process wires take theirs from
 * here, so a kind that one of them does not handle does not compile.
 */
const KINDS = [
  {
    kind: 'timeout',
    happens: false,
    caller: 'timeout',
    what: 'no answer ever comes, and nothing happened',
    step: 'all was done, too late to be told',
  },
  { kind: 'reset', happens: false, caller: 'reset', what: 'the connection is cut before anything happened' },
  { kind: 'lost-reply', happens: true, caller: 'reset', what: 'it happened, and the answer never came' },
  { kind: '429', happens: false, caller: '429', what: 'too many requests, and nothing happened' },
  { kind: '500', happens: false, caller: '500', what: 'the service failed, and nothing happened' },
  { kind: '503', happens: false, caller: '503', what: 'the service is not there, and nothing happened' },
  {
    kind: 'page',
    happens: false,
    caller: 'page',
    what: 'something in between answers 403 with a page of its own, and nothing happened',
  },
  { kind: 'malformed', happens: true, caller: 'malformed', what: 'it happened, and the answer is cut short' },
  {
    kind: 'slow',
    happens: true,
    caller: 'late',
    what: "the answer takes seconds, within anybody's patience",
  },
  {
    kind: 'crash-before',
    happens: false,
    caller: 'dies',
    what: 'all functions at work die before it happened',
    step: 'nothing was done',
  },
  {
    kind: 'crash-after',
    happens: true,
    caller: 'dies',
    what: 'all functions at work die after it happened',
    step: 'all was done, and nobody is told',
  },
] as const satisfies readonly Row[];

type Kind = (typeof KINDS)[number];

/** What may become of one call. */
export type FaultKind = Kind['kind'];

/** What may become of one invocation of a step. */
export type StepFaultKind = Extract<Kind, { step: string }>['kind'];

/** How a wire can fail in place of an answer. */
export type WireFault = Exclude<Kind['caller'], 'late' | 'dies'>;

export const callFaults = KINDS.map(({ kind }) => kind);
export const stepFaults = KINDS.flatMap((row) => ('step' in row ? [row.kind] : []));
export const wireFaults = [...new Set(KINDS.map(({ caller }) => caller))].filter(
  (caller): caller is WireFault => caller !== 'late' && caller !== 'dies',
);

/** Whether a call happens under a fault, and what its caller hears. */
export const faultOf = (kind: FaultKind): Kind => KINDS.find((row) => row.kind === kind) as Kind;

/** Every call of a function, with its name in a faults file and the service with which it works or fails. */
const CALLS = [
  { op: 'list', named: 'list', service: 'api' },
  { op: 'projects', named: 'list', service: 'api' },
  { op: 'retrieve', named: 'retrieve', service: 'api' },
  { op: 'audit', named: 'list', service: 'api' },
  { op: 'activate', named: 'activate', service: 'api' },
  { op: 'deactivate', named: 'deactivate', service: 'api' },
  { op: 'probe', named: 'probe', service: 'hosts' },
  { op: 'exchange', named: 'exchange', service: 'hosts' },
  { op: 'secret', named: 'secret', service: 'secrets' },
  { op: 'lease', named: 'lease', service: 'table' },
  { op: 'journal', named: 'lease', service: 'table' },
  { op: 'manifest', named: 'manifest', service: 's3' },
  { op: 'survey', named: 'manifest', service: 's3' },
  { op: 'schedule', named: 'schedule', service: 'scheduler' },
  { op: 'event', named: 'event', service: 'scheduler' },
  { op: 'executions', named: 'lease', service: 'executions' },
] as const;

export type CallOp = (typeof CALLS)[number]['op'];
export type FaultyOp = (typeof CALLS)[number]['named'];

export const faultyOps = [...new Set(CALLS.map(({ named }) => named))];

/** The service that answers a call. */
export type Service = (typeof CALLS)[number]['service'];

/** Which service answers each call. */
export const serviceOf = Object.fromEntries(CALLS.map(({ op, service }) => [op, service])) as Readonly<
  Record<CallOp, Service>
>;

/** The name of a call in a faults file; undefined for a call that no rotation makes. */
export const faultyOpOf = (op: string): FaultyOp | undefined => CALLS.find((call) => call.op === op)?.named;

/** The calls that may fail together, by service. */
export const outages: readonly (readonly CallOp[])[] = Object.values(
  Object.groupBy(CALLS, ({ service }) => service),
).map((calls) => calls.map(({ op }) => op));

/** Returns the faults in words, one a line, for the author of a faults file. */
export const faultsInWords = (): string[] => KINDS.map(({ kind, what }) => `${kind.padEnd(14)}${what}`);
export const stepFaultsInWords = (): string[] =>
  KINDS.flatMap((row) => ('step' in row ? [`${row.kind.padEnd(14)}${row.step}`] : []));

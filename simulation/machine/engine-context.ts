import type { Definition } from '../../lib/definition.ts';
import { installVirtualDate, type VirtualClock } from '../time/virtual-clock.ts';

const FIRST = 'arn:aws:states:us-east-1:000000000000:execution:rehearsal:1';

/** The context object's parts that the engine does not fill in by itself. */
export function contextOf({
  definition,
  executionArn = FIRST,
  input,
}: {
  definition: Definition;
  executionArn?: string;
  input: unknown;
}) {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:rehearsal';
  return {
    Execution: { Id: executionArn, Name: executionArn.split(':').at(-1) ?? '', Input: input as never },
    StateMachine: { Id: machine, Name: String(definition.Comment ?? 'rehearsal') },
  };
}

/** The engine stamps an execution's start by itself before `run` returns, so for that moment Date tells virtual time. */
export function inVirtualTime<T>(clock: VirtualClock, start: () => T): T {
  const RealDate = globalThis.Date;
  installVirtualDate(clock);
  try {
    return start();
  } finally {
    globalThis.Date = RealDate;
  }
}

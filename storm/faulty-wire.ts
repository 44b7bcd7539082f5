import { numbered } from '../simulation/chance/numbered.ts';
import type { Ambush } from '../simulation/faults/fates.ts';
import { type Wire, type WireCall, WireFailure } from '../simulation/in-process/wire.ts';
import type { Invocation, LambdaOptions } from './invocation.ts';

/**
 * An invocation's wire. Each call takes time and fails as the fault schedule says. What happened goes into
 * the event log.
 */
export function wireOf(invocation: Invocation, options: LambdaOptions): Wire {
  const { timeline, faultSchedule, eventLog } = options;
  const about = { execution: invocation.execution, invocation: invocation.id };
  const counts = new Map<string, number>();
  const pass = (milliseconds: number) => passTime(invocation, options, milliseconds);
  return async <T>(raw: WireCall, act: () => T): Promise<T> => {
    const call = options.named(raw);
    const address = numbered(counts, `${invocation.address}/${call.op}`);
    const struck = faultSchedule.ofCall(address, call, Math.floor(timeline.now() / 1000));
    const note = (fault: string) =>
      eventLog.push({ at: timeline.now(), what: 'fault', ...about, address, fault, call });
    const die = (moment: string): Promise<never> => {
      note(`the process dies ${moment}`);
      invocation.die(moment === 'in the middle' ? 'Lambda.Unknown' : 'Runtime.ExitError');
      return forever();
    };
    if (struck.kill) {
      note('the execution is stopped');
      options.kill(invocation.execution, 'stopped by hand');
    }
    if (struck.meanwhile) {
      note(`${struck.meanwhile.who} acts meanwhile`);
      options.meanwhile(struck.meanwhile.who, struck.meanwhile.chance, call);
    }
    await pass(struck.out);
    if (struck.crash === 'hang') {
      note('no answer ever comes');
      return forever();
    }
    if (struck.crash === 'crash-before') return die('before the call');
    let answer = struck.arrives ? happen(call, act, invocation, options) : undefined;
    if (struck.again !== undefined) {
      note(`the answer is lost, and the client asks again after ${struck.again} ms`);
      await pass(struck.again);
      answer = happen(call, act, invocation, options);
    }
    if (struck.ambush) {
      note(`an ambush: ${toldOf(struck.ambush)}`);
      options.ambush(call.scope, struck.ambush);
    }
    await pass(struck.back);
    if (struck.crash === 'crash-after') return die('after the call');
    if (struck.fault) note(`${struck.fault}${struck.arrives ? ', but it happened' : ''}`);
    if (struck.fault || !answer) throw new WireFailure(struck.fault ?? 'timeout');
    if ('thrown' in answer) throw answer.thrown;
    if (call.op === 'probe' || call.op === 'exchange')
      eventLog.push({
        at: timeline.now(),
        what: 'answered',
        ...about,
        call,
        verdict: verdictIn(answer.value),
      });
    return answer.value;
  };
}

/** An ambush in words. */
export const toldOf = ({ ops, seconds, isKeyRefused }: Ambush): string =>
  `an outsider takes another anchor out, and for ${seconds} s ${[...ops, isKeyRefused ? 'the admin key' : []].flat().join(' ') || 'nothing'} is down`;

/** Makes a call happen in the world. Logs its answer and what it changed. */
function happen<T>(
  call: WireCall,
  act: () => T,
  { execution, id }: Invocation,
  { timeline, eventLog, observer }: LambdaOptions,
): { value: T } | { thrown: unknown } {
  const by = { execution, invocation: id };
  try {
    const value = act();
    eventLog.push({ at: timeline.now(), what: 'called', ...by, call, answer: value });
    return { value };
  } catch (thrown) {
    eventLog.push({ at: timeline.now(), what: 'called', ...by, call, answer: { thrown: String(thrown) } });
    return { thrown };
  } finally {
    if (call.changes) observer.look(by);
  }
}

/** `accepted`, or the code of the refusal. */
function verdictIn(value: unknown): string {
  const { kind, code } = value as { kind: string; code?: string };
  return code ?? kind;
}

/**
 * Lets an invocation wait. When it has died meanwhile, it never goes on. When it has answered meanwhile, it
 * may go on much later.
 */
export async function passTime(
  invocation: Invocation,
  { timeline, frozen }: Pick<LambdaOptions, 'timeline' | 'frozen'>,
  milliseconds: number,
): Promise<void> {
  await timeline.sleep(milliseconds);
  if (invocation.dead) await forever();
  const thawed = frozen.thawed(invocation);
  if (thawed) await thawed;
}

const forever = (): Promise<never> => new Promise(() => {});

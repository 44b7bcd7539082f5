import { expect, it } from 'vitest';
import { mayBeLeaving } from '../../../../simulation/judges/emergencies/leaving.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { NOW } from '../calm-scenario.ts';

const [RETIRING, SUCCESSOR] = ['cert_acme0', 'cert_acme1'];

/**
 * Returns which anchors of a pair may be about to be deactivated `seconds` after a step of their scope began.
 */
function leavingAfter(step: string, seconds: number, halt?: string): string[] {
  const replay = createReplay();
  const plan = { scope: 'proj_a', successions: [{ retiring: RETIRING, successor: SUCCESSOR }] };
  const input = { plan, ...(halt && { halt: { Error: halt } }) };
  const about = { execution: 'run#1', invocation: 1, state: 'its state', step, input };
  replay.apply({ at: 1_000 * NOW, what: 'invoked', ...about });
  return [RETIRING, SUCCESSOR].filter((id) => mayBeLeaving('proj_a', id, NOW + seconds, { replay }));
}

it.each([
  ['what a step cuts', 'deactivate', undefined, [RETIRING]],
  ['a successor that clients are refused by', 'undo', 'SuccessorRefused', [SUCCESSOR]],
  ['a successor that lets a witness in', 'undo', 'TrustWidened', [SUCCESSOR]],
  ['no successor for want of an answer', 'undo', 'ProbeInconclusive', []],
  ['nothing that is only looked at', 'verify', undefined, []],
])('I2: the call that takes away %s may be on its way', (_, step, halt, leaving) => {
  expect(leavingAfter(step, 60, halt)).toEqual(leaving);
});

it('no call is on its way for an hour', () => {
  expect(leavingAfter('deactivate', 3_600)).toEqual([]);
});

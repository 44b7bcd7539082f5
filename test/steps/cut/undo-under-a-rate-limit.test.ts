import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { PATIENCE } from '../../../lambdas/adapters/openai/admin-calls.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { needsOf } from '../../../lib/steps.ts';
import type { Wire } from '../../../simulation/in-process/wire.ts';
import { refusedByItsRenewal } from '../saying.ts';
import { scopeInput } from '../scene.ts';

/**
 * The seconds that the API asks to wait before each call. A call waits at most once and gets through at its
 * second attempt.
 */
const RETRY_AFTER = 50;

it('F12, F16: clients that a renewal’s filter refuses are let in again before Lambda ends the undo, at a rate limit that each call waits out', async () => {
  const set = await refusedByItsRenewal();
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(set.ports, input);
  const error = await verify(set.ports, { ...input, moment: 'overlap' }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: 'SuccessorRefused' });
  expect(RETRY_AFTER * 1_000).toBeLessThan(PATIENCE);

  let waited = 0;
  let retrieved = 0;
  let takenBackAfter = Number.POSITIVE_INFINITY;
  const wire: Wire = async (call, act) => {
    const isOfTheApi = ['list', 'projects', 'retrieve', 'activate', 'deactivate'].includes(call.op);
    // Certificates are read five at a time, and the five wait together.
    const waits = call.op === 'retrieve' ? retrieved++ % 5 === 0 : isOfTheApi;
    if (waits) waited += RETRY_AFTER;
    if (call.op === 'deactivate') takenBackAfter = waited;
    return act();
  };
  const halt = { Error: 'SuccessorRefused', Cause: '' };
  await undo(set.portsWith({ wire }), { ...input, activation, halt } as never);
  // The first attempt ends in time. An attempt that Lambda cuts off would begin anew, and there are two more.
  expect(takenBackAfter).toBeLessThan(needsOf('undo').room.minutes * 60);
});

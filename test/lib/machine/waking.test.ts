import { expect, it } from 'vitest';
import { resolveDefinition } from '../../../lib/definition.ts';
import { type Answers, type Input, proven, rotating, run } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

// This organization has a VPC: its functions that call the vendor are in subnets.
const { definition } = resolveDefinition(synthesized().templateOf('acme'));

/**
 * A function in a VPC that was not called for weeks is Inactive. Its first invocation fails with
 * ResourceNotReadyException (HTTP 502). While Lambda prepares its interface, invocations fail with
 * ResourceConflictException ("the function is currently in the following state: Pending"). Step Functions
 * calls these errors Lambda.NAME. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
function wakingUp(answer: (input: Input) => unknown): (input: Input) => unknown {
  const said = ['Lambda.ResourceNotReadyException', 'Lambda.ResourceConflictException'];
  return (input) => {
    const name = said.shift();
    if (name) throw Object.assign(new Error('the function is inactive'), { name });
    return answer(input);
  };
}
const ok = ({ plan }: Input) => ({ scope: plan?.scope, settleSeconds: 0 });
const asleep = (state: string, answer = ok): Answers => ({ [state]: wakingUp(answer) });

it('I11: a rotation a year is not halted by a function that has to wake up first', async () => {
  const { error } = await run(definition, rotating(asleep('Activate new anchors')));
  expect(error).toBeNull();
});

it('I10: a cut is not left unconfirmed, nor put back, for a function that has to wake up first', async () => {
  const { error, entered } = await run(definition, rotating(asleep('Confirm')));
  expect(entered.filter((one) => one.startsWith('Undo'))).toEqual([]);
  expect(error).toBeNull();
});

it('I10: the undo of a cut is not given up for a function that has to wake up first', async () => {
  const asked: string[] = [];
  const { cause } = await run(
    definition,
    rotating({
      Confirm: () => {
        throw Object.assign(new Error('locked out'), { name: 'SuccessorRefused' });
      },
      ...asleep('Undo the cut', (input) => {
        asked.push(String(input.plan?.scope));
        return { ...ok(input), anyCut: true, anyBack: true, summary: 'put back', also: '' };
      }),
      'Prove the undo': proven,
    }),
  );
  expect(cause).not.toMatch('the undo did not succeed');
  expect(asked).toEqual(['proj_a']);
});

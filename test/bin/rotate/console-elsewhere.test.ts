import { expect, it } from 'vitest';
import { stackIn } from '../../../bin/account/machine.ts';
import { consoleLink } from '../../../bin/execution/start-and-follow.ts';

it.each([
  ['arn:aws-cn:states:cn-north-1:123456789012:stateMachine:windlass-acme', 'console.amazonaws.cn'],
  [
    'arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:windlass-acme',
    'console.amazonaws-us-gov.com',
  ],
])('the link of an execution leads to the console of its own partition: %s', (arn, host) => {
  const machine = stackIn(arn)?.machine;
  if (!machine) throw new Error('it is an ARN');
  expect(consoleLink(machine, `${arn.replace('stateMachine', 'execution')}:one`)).toContain(host);
});

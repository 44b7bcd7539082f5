import { expect, it } from 'vitest';
import { filledPolicies } from '../../linters/policies.ts';
import { synthesized } from '../lib/synthesized.ts';

const { templateOf } = synthesized();

it('every policy of a stack is filled in as a deployment would, for a linter that knows no template', () => {
  const policies = filledPolicies(templateOf('acme'));
  expect(Object.keys(policies).length).toBeGreaterThan(15);
  const text = JSON.stringify(policies);
  expect(text).not.toMatch(/"(Ref|Fn::\w+)"|\$\{|undefined/);
  expect(text).toContain('"arn:aws:events:eu-west-1:123456789012:event-bus/default"');
});

it('a policy that refers to what nobody has an ARN for is no policy that was looked at', () => {
  const PolicyDocument = { Statement: [{ Resource: { 'Fn::GetAtt': ['Odd', 'Arn'] } }] };
  const Resources = {
    Odd: { Type: 'AWS::Odd::Thing' },
    Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument } },
  };
  expect(() => filledPolicies({ Resources })).toThrow('a policy refers to {"Fn::GetAtt":["Odd","Arn"]}');
});

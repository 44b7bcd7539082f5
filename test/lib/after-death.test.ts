import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { synthesized } from './synthesized.ts';

const template = Template.fromJSON(synthesized().templateOf('acme'));

it('a run that was ended from outside is told to Release, which may be called for that by this rule alone (I11)', () => {
  const rules = Object.entries(template.findResources('AWS::Events::Rule'));
  const own = rules.filter(([, { Properties }]) => Properties.Targets[0].InputTransformer === undefined);
  expect(own).toHaveLength(1);
  const [[id, { Properties }] = ['', { Properties: {} }]] = own;
  expect(Properties.EventPattern.detail.status).toEqual(['TIMED_OUT', 'ABORTED']);
  expect(Properties.Targets[0].DeadLetterConfig).toBeDefined();
  const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
  expect(permissions.map((one) => [one.Properties.Principal, one.Properties.SourceArn])).toEqual([
    ['events.amazonaws.com', { 'Fn::GetAtt': [id, 'Arn'] }],
  ]);
});

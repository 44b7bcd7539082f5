import { App, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { addIamLimits, overLimits } from '../../../lib/checks/iam-limits.ts';
import type { Template } from '../../../lib/definition.ts';
import { synthesized, templateWith } from '../synthesized.ts';

const document = (characters: number) => ({ Statement: [{ Resource: 'x'.repeat(characters) }] });
const role = (properties: object = {}) => ({ Type: 'AWS::IAM::Role', Properties: { ...properties } });
const policy = (type: string, characters: number) => ({
  Type: `AWS::IAM::${type}`,
  Properties: { PolicyDocument: document(characters), Roles: [{ Ref: 'Role' }] },
});
const whyNot = (Resources: Template['Resources']) => overLimits({ Resources }).map(({ why }) => why);

describe("IAM's limits", () => {
  it('are kept by every stack, with hundreds of clients as well', () => {
    const { templateOf } = synthesized();
    const clients = Array.from({ length: 500 }, (_, i) => ({
      ...{ name: `c${i}`, project: 'p' },
      secret: `arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/clients/workload-${i}-AbCdEf`,
    }));
    for (const template of [templateOf('acme'), templateOf('globex'), templateWith(clients)])
      expect(overLimits(template)).toEqual([]);
  });

  it('count a managed policy, all inline policies of a role together, its trust and how many it has', () => {
    expect(whyNot({ Policy: policy('ManagedPolicy', 6_200) })).toEqual([
      expect.stringMatching(/^characters of a managed policy: 62\d\d, and IAM takes 6144$/),
    ]);
    const [one, other] = [policy('Policy', 5_200), policy('Policy', 5_200)];
    expect(whyNot({ Role: role(), One: one })).toEqual([]);
    expect(whyNot({ Role: role(), One: one, Other: other })).toEqual([
      expect.stringMatching(/^characters of a role's inline policies: 10\d\d\d, /),
    ]);
    expect(whyNot({ Role: role({ AssumeRolePolicyDocument: document(2_100) }) })).toEqual([
      expect.stringMatching(/^characters of a trust policy: /),
    ]);
    const ManagedPolicyArns = Array.from({ length: 11 }, (_, i) => `arn:${i}`);
    expect(whyNot({ Role: role({ ManagedPolicyArns }) })).toEqual([
      'managed policies of a role: 11, and IAM takes 10',
    ]);
  });

  it('count what a deployment fills in by its length there, not by the words of the template', () => {
    const Resource = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${'x'.repeat(6_060)}`]] };
    const short = {
      Properties: { PolicyDocument: { Statement: [{ Resource }] } },
      Type: 'AWS::IAM::ManagedPolicy',
    };
    expect(whyNot({ Short: short })).toEqual([]);
  });

  it('fail the synth, not the deployment', () => {
    const app = new App({ builtinCloudFormationValidation: false });
    addIamLimits(app);
    const resources = Array.from(
      { length: 200 },
      (_, i) => `arn:aws:s3:::a-bucket-of-some-length/object-${i}/*`,
    );
    new ManagedPolicy(new Stack(app, 'Large'), 'Policy', {
      statements: [new PolicyStatement({ actions: ['s3:GetObject'], resources })],
    });
    expect(() => app.synth()).toThrow(/validation/i);
  });
});

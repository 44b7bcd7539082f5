import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesized } from './synthesized.ts';

const template = Template.fromJSON(synthesized().templateOf('acme'));
// These rules send words to people. Another rule calls Release with the event as it is.
const rules = Object.values(template.findResources('AWS::Events::Rule'))
  .map(({ Properties }) => Properties)
  .filter(({ Targets }) => Targets[0].InputTransformer);
const from = (source: string) => rules.filter(({ EventPattern }) => EventPattern.source[0] === source);

describe('what becomes of a run', () => {
  it('is told for each kind of event of this organization, once', () => {
    const told = from('windlass');
    expect(told.map(({ EventPattern }) => EventPattern['detail-type'][0]).sort()).toEqual([
      'Windlass Run Blocked',
      'Windlass Run Ended',
      'Windlass Run Halted',
      'Windlass Run Started',
    ]);
    for (const { EventPattern } of told) expect(EventPattern.detail).toEqual({ organization: ['acme'] });
  });

  it("is told by Step Functions where the run itself cannot, of this machine's own executions, and not of each scope's", () => {
    const [machine] = Object.keys(template.findResources('AWS::StepFunctions::StateMachine'));
    const [{ EventPattern }, ...others] = from('aws.states');
    expect(others).toEqual([]);
    expect(EventPattern).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [{ Ref: machine }], status: ['TIMED_OUT', 'ABORTED'] },
    });
  });

  it('says whose run it is, which, how it came out, and where to look', () => {
    const paths = ({ Targets }: (typeof rules)[number]) => {
      const [{ InputTransformer }] = Targets;
      expect(InputTransformer.InputTemplate).toMatch(/Windlass for acme: .*windlass status acme/);
      return Object.values(InputTransformer.InputPathsMap).sort();
    };
    const ours = ['$.detail.execution', '$.detail.outcome', '$.detail.summary'];
    const told = from('windlass').map((rule) => [rule.EventPattern['detail-type'][0], paths(rule)]);
    expect(Object.fromEntries(told)).toEqual({
      'Windlass Run Started': ours,
      'Windlass Run Ended': ours,
      'Windlass Run Halted': ['$.detail.error', ...ours],
      'Windlass Run Blocked': ours,
    });
    expect(from('aws.states').map(paths)).toEqual([['$.detail.executionArn', '$.detail.status']]);
  });

  it('goes through a topic of its own, encrypted with the key of the alarms, which EventBridge may use', () => {
    const topics = Object.values(template.findResources('AWS::SNS::Topic'));
    const keys = new Set(topics.map(({ Properties }) => JSON.stringify(Properties.KmsMasterKeyId)));
    expect([topics.length, keys.size]).toEqual([2, 1]);
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Principal: { Service: Match.arrayWith(['events.amazonaws.com']) },
          }),
        ]),
      },
    });
  });
});

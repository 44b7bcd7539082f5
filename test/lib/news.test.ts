import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesized } from './synthesized.ts';

const template = Template.fromJSON(synthesized().templateOf('acme'));
const rules = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties);

describe('what becomes of a run', () => {
  it('is told for each status that an execution comes to, once', () => {
    const told = rules.flatMap(({ EventPattern }) => EventPattern.detail.status);
    expect(told.sort()).toEqual(['ABORTED', 'FAILED', 'RUNNING', 'SUCCEEDED', 'TIMED_OUT']);
  });

  it("is told of this machine's own executions, and not of each scope's", () => {
    const [machine] = Object.keys(template.findResources('AWS::StepFunctions::StateMachine'));
    for (const { EventPattern } of rules)
      expect(EventPattern).toMatchObject({
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [{ Ref: machine }] },
      });
  });

  it('says whose run it is, which, and where to look, and nothing of what it carried', () => {
    for (const { Targets } of rules) {
      const [{ InputTransformer }] = Targets;
      expect(InputTransformer.InputTemplate).toMatch(/Windlass for acme: .*windlass status acme/);
      expect(Object.values(InputTransformer.InputPathsMap).sort()).toEqual([
        '$.detail.executionArn',
        '$.detail.status',
      ]);
    }
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

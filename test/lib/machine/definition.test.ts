import { describe, expect, it } from 'vitest';
import { resolveDefinition, type Template } from '../../../lib/definition.ts';

const machine = (DefinitionString: unknown) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: { DefinitionString },
});
const templateOf = (Resources: Template['Resources']): Template => ({ Resources });

describe('a definition read from a template', () => {
  it('names each function by its logical id, and says where its code is and what it is told', () => {
    const Resource = [
      '{"StartAt":"Plan","States":{"Plan":{"Type":"Task","Resource":"',
      { 'Fn::GetAtt': ['PlanF1', 'Arn'] },
      '"}}}',
    ];
    const told = { WINDLASS_SCHEDULE_ROLE_ARN: { 'Fn::GetAtt': ['Role', 'Arn'] } };
    const { definition, functions } = resolveDefinition(
      templateOf({
        Machine: machine({ 'Fn::Join': ['', Resource] }),
        PlanF1: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            FunctionName: 'windlass-acme-plan',
            Code: { S3Bucket: 'assets', S3Key: 'abc123.zip' },
            Handler: 'index.handler',
            Timeout: 900,
            Environment: { Variables: told },
          },
        },
      }),
    );
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:PlanF1';
    expect(definition.States.Plan?.Resource).toBe(arn);
    expect(functions).toEqual({
      [arn]: {
        name: 'windlass-acme-plan',
        assetDirectory: 'asset.abc123',
        handler: 'index.handler',
        timeoutSeconds: 900,
        environment: told,
      },
    });
  });

  it('is refused when the template has no machine, or two', () => {
    expect(() => resolveDefinition(templateOf({}))).toThrow('found 0');
    expect(() => resolveDefinition(templateOf({ A: machine('{}'), B: machine('{}') }))).toThrow('found 2');
  });

  it('is refused when it refers to anything but functions', () => {
    const Machine = machine({ 'Fn::Join': ['', ['{"Topic":"', { Ref: 'Topic' }, '"}']] });
    expect(() => resolveDefinition(templateOf({ Machine }))).toThrow('{"Ref":"Topic"}');
  });
});

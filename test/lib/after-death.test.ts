import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { resolveDefinition } from '../../lib/definition.ts';
import { fails, rotating, rotation, run, waveOf } from './locally.ts';
import { synthesized } from './synthesized.ts';

const template = Template.fromJSON(synthesized().templateOf('acme'));

it('a run that did not succeed is told to Release, which may be called for that by this rule alone (I11, I16)', () => {
  const rules = Object.entries(template.findResources('AWS::Events::Rule'));
  const own = rules.filter(([, { Properties }]) => Properties.Targets[0].InputTransformer === undefined);
  expect(own).toHaveLength(1);
  const [[id, { Properties }] = ['', { Properties: {} }]] = own;
  expect(Properties.EventPattern.detail.status).toEqual(['TIMED_OUT', 'ABORTED', 'FAILED']);
  expect(Properties.Targets[0].DeadLetterConfig).toBeDefined();
  const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
  expect(permissions.map((one) => [one.Properties.Principal, one.Properties.SourceArn])).toEqual([
    ['events.amazonaws.com', { 'Fn::GetAtt': [id, 'Arn'] }],
  ]);
});

it('word of a dead run that Release could not take in, at each of the three attempts that Lambda makes, is not lost without a word (I11, I13)', () => {
  const [config, ...others] = Object.values(template.findResources('AWS::Lambda::EventInvokeConfig'));
  expect(others).toEqual([]);
  const [died] = Object.values(template.findResources('AWS::Events::Rule')).filter(
    ({ Properties }) => Properties.Targets[0].InputTransformer === undefined,
  );
  const [target] = died?.Properties.Targets ?? [];
  expect({ 'Fn::GetAtt': [config?.Properties.FunctionName.Ref, 'Arn'] }).toEqual(target.Arn);
  // Events that Lambda does not accept and events that fail go into one queue, which has an alarm of its own.
  expect(config?.Properties.DestinationConfig.OnFailure.Destination).toEqual(target.DeadLetterConfig.Arn);
  const [queue] = target.DeadLetterConfig.Arn['Fn::GetAtt'];
  const watching = Object.values(template.findResources('AWS::CloudWatch::Alarm')).filter((alarm) =>
    JSON.stringify(alarm.Properties.Dimensions ?? '').includes(`"${queue}"`),
  );
  expect(watching).toHaveLength(1);
});

it('an emergency that halts and whose Release fails ends FAILED, past every Catch: the rule has Release called once more (I16, rule 6)', async () => {
  const { definition } = resolveDefinition(synthesized().templateOf('acme'));
  const scope = { scope: 'proj_a', successions: [], checks: [] };
  const plan = { ...rotation, mode: 'emergency', atOnce: true, waves: [waveOf('everywhere', [scope])] };
  const answers = rotating({
    Plan: () => plan,
    'Verify at once': fails('ProbeInconclusive'),
    'Undo at once': fails('JournalUnavailable'),
    'Release after a halt': fails('JournalUnavailable'),
  });
  const emergency = { mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked' };
  const { error, entered } = await run(definition, answers, emergency);
  expect(error).toBe('ProbeInconclusive');
  expect(entered.at(-1)).toBe('Release after a halt');
});

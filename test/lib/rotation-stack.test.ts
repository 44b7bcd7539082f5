import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { requestSchema } from '../../lambdas/domain/request.ts';
import { addNag } from '../../lib/checks/nag.ts';
import { resolveDefinition } from '../../lib/definition.ts';
import { steps } from '../../lib/steps.ts';
import { synthesized } from './synthesized.ts';

// Synthesis runs with every check. A finding that nobody acknowledged would throw here.
const { stacks, templateOf } = synthesized({ checked: true });
const acme = templateOf('acme');
const template = Template.fromJSON(acme);
const { functions } = resolveDefinition(acme);

const functionOf = (step: string) => {
  const found = Object.values(functions).find(({ name }) => name === `windlass-acme-${step}`);
  if (!found) throw new Error(`no function for ${step}`);
  return found;
};

describe('the app', () => {
  it('has one stack for each organization', () => {
    expect(stacks).toEqual(['Windlass-acme', 'Windlass-globex']);
  });

  it('says what the command line asks for: the machine, the table and the topic', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'AlarmTopicArn',
      'ManifestBucketName',
      'NewsTopicArn',
      'OperatorPolicyArn',
      'RotationArn',
      'TableName',
    ]);
  });

  it('would not pass with a finding that nobody acknowledged', () => {
    const app = new App({ builtinCloudFormationValidation: false });
    addNag(app);
    new Bucket(new Stack(app, 'Careless'), 'Bucket');
    expect(() => app.synth()).toThrow(/validation/i);
  });
});

describe('the functions', () => {
  it('are one for each step, on Node.js 24 and arm64, traced, with JSON logs', () => {
    expect(
      Object.values(functions)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(steps.map((step) => `windlass-acme-${step}`).sort());
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: Match.objectLike({ LogFormat: 'JSON' }),
    });
  });

  it("have executions of their own where the configuration reserves them, and share the account's otherwise", () => {
    template.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 12 });
    Template.fromJSON(templateOf('globex')).allResourcesProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  it('know only what their step reads', () => {
    const everywhere = ['NODE_OPTIONS', 'WINDLASS_TABLE'];
    const known = steps.map((step) => {
      const names = Object.keys(functionOf(step).environment);
      expect(names, step).toEqual(expect.arrayContaining(everywhere));
      return [step, names.filter((name) => !everywhere.includes(name)).sort()];
    });
    const admin = ['OPENAI_BASE_URL', 'WINDLASS_ADMIN_SECRET'];
    const toggling = [...admin, 'WINDLASS_HOLD'];
    const clients = ['WINDLASS_STAGED_LABEL'];
    const hosts = ['WINDLASS_AUTH_HOST', 'WINDLASS_MTLS_HOSTS', 'WINDLASS_PROBE_PATH', ...clients];
    const schedule = [
      'WINDLASS_DEAD_LETTER_ARN',
      'WINDLASS_SCHEDULE_GROUP',
      'WINDLASS_SCHEDULE_NAME',
      'WINDLASS_SCHEDULE_ROLE_ARN',
      'WINDLASS_STATE_MACHINE_ARN',
    ];
    expect(Object.fromEntries(known)).toEqual({
      plan: [
        ...admin,
        'WINDLASS_CLIENTS',
        'WINDLASS_MANIFESTS',
        'WINDLASS_ORGANIZATION',
        ...clients,
        ...schedule,
      ].sort(),
      'open-wave': ['WINDLASS_MANIFESTS'],
      'begin-scope': [],
      activate: toggling,
      verify: [...hosts, 'WINDLASS_MANIFESTS'].sort(),
      promote: ['WINDLASS_MANIFESTS', 'WINDLASS_ORGANIZATION', ...clients],
      'promote-scope': ['WINDLASS_MANIFESTS', ...clients],
      'conclude-scope': ['WINDLASS_ORGANIZATION'],
      judge: ['WINDLASS_MANIFESTS'],
      deactivate: [...toggling, 'WINDLASS_CONFIGURED', 'WINDLASS_MANIFESTS'].sort(),
      confirm: [...hosts, 'WINDLASS_MANIFESTS'].sort(),
      undo: [...toggling, 'WINDLASS_MANIFESTS', ...clients].sort(),
      restore: [...hosts, 'WINDLASS_MANIFESTS'].sort(),
      'schedule-next': schedule,
      release: [...admin, 'WINDLASS_ORGANIZATION', ...schedule].sort(),
    });
  });

  it('are told whose metrics they emit', () => {
    expect(functionOf('plan').environment.WINDLASS_ORGANIZATION).toBe('acme');
  });

  it('are told every mTLS host', () => {
    expect(functionOf('verify').environment.WINDLASS_MTLS_HOSTS).toBe(
      '["https://mtls.api.openai.com/v1","https://mtls-eu.api.openai.com/v1"]',
    );
  });

  it('are told the token host', () => {
    expect(functionOf('confirm').environment.WINDLASS_AUTH_HOST).toBe('https://mtls.auth.openai.com');
  });

  it('are told the route of a probe', () => {
    expect(functionOf('verify').environment.WINDLASS_PROBE_PATH).toBe('/embeddings');
    const { functions: plain } = resolveDefinition(templateOf('globex'));
    const paths = Object.values(plain).map(({ environment }) => environment.WINDLASS_PROBE_PATH);
    expect(new Set(paths)).toEqual(new Set([undefined, '/models']));
  });

  it('carry no source code, only what a stack trace needs', () => {
    for (const { assetDirectory } of Object.values(functions))
      expect(assetDirectory).toMatch(/^asset\.[0-9a-f]{64}$/);
  });
});

describe('the machine', () => {
  it('traces and logs every event, without what the events carry', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'windlass-acme',
      StateMachineType: Match.absent(),
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: Match.objectLike({ Level: 'ALL', IncludeExecutionData: false }),
    });
  });

  it('may run for its soak and six days more', () => {
    expect(resolveDefinition(acme).definition.TimeoutSeconds).toBe(9 * 86_400);
    expect(resolveDefinition(templateOf('globex')).definition.TimeoutSeconds).toBe(13 * 86_400);
  });
});

describe('the clock', () => {
  it('sweeps once a day, scheduled and by its own name, and keeps what it could not start', () => {
    const sweep = { startedBy: 'the daily sweep' };
    expect(requestSchema.parse(sweep)).toEqual({ mode: 'scheduled', ...sweep });
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'sweep',
      GroupName: Match.anyValue(),
      ScheduleExpression: 'cron(0 14 * * ? *)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: Match.objectLike({ Input: JSON.stringify(sweep), DeadLetterConfig: { Arn: Match.anyValue() } }),
    });
    template.hasResourceProperties('AWS::Scheduler::ScheduleGroup', { Name: 'windlass-acme' });
  });

  it('takes its group along when the stack goes, or the next run would start a machine that is gone', () => {
    template.hasResource('AWS::Scheduler::ScheduleGroup', { DeletionPolicy: 'Delete' });
  });
});

describe('what stays and what goes with the stack', () => {
  it("keeps the functions' logs for longer than a yearly rotation takes to come round, and after the stack", () => {
    const logs = Object.entries(template.findResources('AWS::Logs::LogGroup'));
    expect(logs).toHaveLength(steps.length + 1);
    for (const [id, { Properties, DeletionPolicy }] of logs) {
      expect(Properties.RetentionInDays).toBe(400);
      expect(DeletionPolicy).toBe(id.startsWith('RotationLogs') ? 'Delete' : 'Retain');
    }
  });
});

import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { steps } from '../../../lib/steps.ts';
import { allowedTo, type Statement, statementsOf, stepOf } from '../allowed.ts';
import { synthesized, templateWith } from '../synthesized.ts';

const { templateOf } = synthesized();
const acme = templateOf('acme');

describe('permissions', () => {
  const ADMIN = 'secret:acme/admin-??????';
  const BILLING = 'secret:acme/billing-??????';
  const SEARCH = 'secret:acme/search-AbCdEf';
  const INTRUDER = 'secret:acme/intruder-??????';

  it('let only Promote and Restore move version stages, and only of client secrets', () => {
    expect(allowedTo(acme, 'secretsmanager:UpdateSecretVersionStage')).toEqual({
      promote: [BILLING, SEARCH],
      'promote-scope': [BILLING, SEARCH],
      restore: [BILLING, SEARCH],
    });
  });

  it('let a step read the secrets it uses and no others, those of witnesses where it looks at them', () => {
    expect(allowedTo(acme, 'secretsmanager:GetSecretValue')).toEqual({
      plan: [ADMIN, BILLING, INTRUDER, SEARCH],
      activate: [ADMIN],
      verify: [BILLING, INTRUDER, SEARCH],
      promote: [BILLING, SEARCH],
      'promote-scope': [BILLING, SEARCH],
      deactivate: [ADMIN],
      confirm: [BILLING, SEARCH],
      undo: [ADMIN, BILLING, SEARCH],
      restore: [BILLING, SEARCH],
      // Release reads the audit log, after everything is done.
      release: [ADMIN],
    });
  });

  it('of hundreds of clients stay within what one policy may hold, and ten of them on a role', () => {
    const secret = (i: number) =>
      `arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/clients/workload-${i}-AbCdEf`;
    const clients = Array.from({ length: 500 }, (_, i) => ({
      name: `c${i}`,
      project: 'p',
      secret: secret(i),
    }));
    const many = templateWith(clients);
    const policies = Object.values(many.Resources).filter(({ Type }) => /ManagedPolicy$/.test(Type));
    const roleOf = ({ Properties }: (typeof policies)[number]) => JSON.stringify(Properties?.Roles);
    const held = Map.groupBy(policies, roleOf);
    expect(held.size).toBeGreaterThan(0);
    for (const { Properties } of policies)
      expect(JSON.stringify(Properties?.PolicyDocument).length).toBeLessThan(6_144);
    for (const ofRole of held.values()) expect(ofRole.length).toBeLessThanOrEqual(10);
    expect(allowedTo(many, 'secretsmanager:GetSecretValue').verify).toHaveLength(500);
  });

  it("let the customer's key decrypt only through Secrets Manager, and only for steps that read secrets", () => {
    expect(Object.keys(allowedTo(acme, 'kms:Decrypt')).sort()).toEqual([
      'activate',
      'confirm',
      'deactivate',
      'plan',
      'promote',
      'promote-scope',
      'release',
      'restore',
      'undo',
      'verify',
    ]);
    const decrypt = statementsOf(acme).filter(({ Action }) => Action === 'kms:Decrypt');
    for (const { Condition } of decrypt) expect(Condition).toHaveProperty(['StringEquals', 'kms:ViaService']);
  });

  it('let only Plan, Schedule next and Release touch a schedule, and only the next one', () => {
    for (const action of ['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule'])
      expect(allowedTo(acme, `scheduler:${action}`)).toEqual({
        // Before a soak, and when a look finds a soak, Plan schedules the next look at what an emergency has
        // left.
        plan: ['schedule/windlass-acme/next'],
        'schedule-next': ['schedule/windlass-acme/next'],
        // After an emergency that halted, another run comes within minutes.
        release: ['schedule/windlass-acme/next'],
      });
    expect(Object.keys(allowedTo(acme, 'iam:PassRole'))).toEqual(['plan', 'schedule-next', 'release']);
  });

  it('let a step write only to the parts of the table that are its business, and none scan or drop it', () => {
    const [table] = Object.keys(Template.fromJSON(acme).findResources('AWS::DynamoDB::GlobalTable'));
    const may: Record<string, string[]> = {};
    for (const { role, Action, Resource, Condition } of statementsOf(acme)) {
      const actions = [Action].flat().filter((action) => action.startsWith('dynamodb:'));
      if (actions.length === 0) continue;
      expect(Resource).toEqual({ 'Fn::GetAtt': [table, 'Arn'] });
      const { 'ForAllValues:StringEquals': keys } = Condition as { [name: string]: Record<string, string[]> };
      const [partition = ''] = keys?.['dynamodb:LeadingKeys'] ?? [];
      for (const action of actions) {
        const key = `${action.replace('dynamodb:', '')} ${partition}`;
        may[key] = [...(may[key] ?? []), stepOf(acme, role)].sort();
      }
    }
    // The steps that open, begin, conclude and judge have a partition of their own.
    const plumbing = ['open-wave', 'begin-scope', 'conclude-scope', 'judge'];
    expect(may['PutItem rotation']).toEqual(steps.filter((step) => !plumbing.includes(step)).sort());
    expect(may['PutItem child']).toEqual(['begin-scope']);
    // Release reads what was under way in a run that was ended from outside (I11).
    expect(may['Query child']).toEqual(['release']);
    // A client that Promote does not move holds the scopes that it reaches.
    expect(may['PutItem verdict']).toEqual(['conclude-scope', 'promote']);
    expect(may['Query verdict']).toEqual(['judge', 'promote', 'release', 'undo', 'verify']);
    expect(may['GetItem verdict']).toEqual(['begin-scope']);
    // Release, for a run that was ended from outside (I11).
    expect(may['GetItem stop']).toEqual(['begin-scope', 'release']);
    expect(may['PutItem lease']).toEqual(['plan']);
    expect(may['UpdateItem lease']).toEqual(['plan', 'release']);
    // Release, for an emergency whose Plan never ran (I15).
    expect(may['UpdateItem compromised']).toEqual(['plan', 'release']);
    expect(may['PutItem cut']).toEqual(['deactivate']);
    // Where everything has ended well, Release forgets the cuts that the organization has left to scopes that
    // list themselves.
    expect(may['DeleteItem cut']).toEqual(['confirm', 'plan', 'release', 'undo']);
    expect(may['PutItem soak']).toEqual(['promote']);
    expect(may['PutItem success']).toEqual(['plan', 'release']);
    // The Plan that wrote down an id that never existed forgets it again (I15).
    expect(may['DeleteItem compromised']).toEqual(['plan']);
    expect(Object.keys(may).filter((key) => /Scan|Batch|DeleteItem (rotation|lease)/.test(key))).toEqual([]);
  });

  it('let only Plan and Release ask whether an execution runs, and only of this machine', () => {
    const { plan, release, ...others } = allowedTo(acme, 'states:DescribeExecution');
    for (const asked of [plan, release]) expect(asked).toEqual(['execution:windlass-acme:*']);
    // The machine manages the executions of its own Maps.
    expect(Object.keys(others)).toEqual([expect.stringMatching(/^RotationRole/)]);
  });

  it('let only Plan and Release put events, each of its own kinds, in our name, on the default bus', () => {
    expect(allowedTo(acme, 'events:PutEvents')).toEqual({
      plan: ['event-bus/default'],
      release: ['event-bus/default'],
    });
    const put = statementsOf(acme).filter(({ Action }) => Action === 'events:PutEvents');
    const kinds = put.map(({ role, Condition }) => [stepOf(acme, role), Condition]);
    const source = { 'ForAllValues:StringEquals': { 'events:source': 'windlass' } };
    const only = (...types: string[]) => ({
      ...source,
      StringEquals: { 'events:detail-type': types.length === 1 ? types[0] : types },
    });
    expect(Object.fromEntries(kinds)).toEqual({
      plan: { ...source, StringEquals: { 'events:detail-type': ['Windlass Run Started'] } },
      release: only('Windlass Run Ended', 'Windlass Run Halted', 'Windlass Run Blocked'),
    });
  });

  it('let only Plan write what a run works on, and only those read it that work by all of it', () => {
    expect(Object.keys(allowedTo(acme, 's3:PutObject'))).toEqual(['plan']);
    const readers = [
      ...['confirm', 'deactivate', 'judge', 'open-wave', 'promote', 'promote-scope', 'restore'],
      // These two look up the witnesses, and the clients of a successor that is taken back.
      ...['undo', 'verify'],
    ];
    for (const action of ['s3:GetObject', 's3:GetObjectVersion']) {
      const [machine, ...steps] = Object.entries(allowedTo(acme, action))
        .flatMap(([step, resources]) => (resources.some((one) => one.endsWith('rotations/*')) ? step : []))
        .sort();
      // The machine's own Maps read the lists.
      expect(machine).toMatch(/^RotationRole/);
      expect(steps).toEqual(readers);
    }
    expect(Object.keys(allowedTo(acme, 's3:DeleteObject'))).toEqual([]);
  });

  it('let Plan alone read the client list, and of the CDK’s bucket that one object', () => {
    const all = Object.entries(allowedTo(acme, 's3:GetObject'));
    const [[step, resources] = ['', []], ...others] = all.filter(([, of]) => !of[0]?.endsWith('rotations/*'));
    expect(others).toEqual([]);
    expect(step).toBe('plan');
    // The other one is the survey that its own last attempt has kept.
    expect(resources).toHaveLength(2);
    expect(resources).toContain('/rotations/*/survey.json');
    expect(resources).toContainEqual(expect.stringMatching(/^\/[0-9a-f]{64}\.json$/));
    expect(JSON.stringify(statementsOf(acme))).toContain('cdk-hnb659fds-assets-');
  });

  it('let the scheduler start this machine, and do nothing but that and report what it could not start', () => {
    const statements = statementsOf(acme).filter(({ role }) => role.startsWith('Clockwork'));
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'sqs:SendMessage',
      'states:StartExecution',
    ]);
  });

  it('let Release alone, of all steps, leave a letter: of a dead run that it could not be told of', () => {
    const { release, ...others } = allowedTo(acme, 'sqs:SendMessage');
    expect(release).toEqual([expect.stringMatching(/Untold/)]);
    // The other one is the role of the scheduler.
    expect(Object.keys(others)).toEqual([expect.stringMatching(/^Clockwork/)]);
  });

  it('name no action with a wildcard, and no resource but where AWS has none to name', () => {
    const actions = statementsOf(acme).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    const everywhere = statementsOf(acme).filter(({ Resource }: Statement) => Resource === '*');
    expect(
      // `network.test.ts` has the interfaces of a VPC.
      everywhere.flatMap(({ Action }) => Action).filter((action) => !/^(xray|logs|ec2):/.test(action)),
    ).toEqual([]);
  });
});

describe('the order in which a deployment changes things', () => {
  const resources = Object.entries(acme.Resources);
  const dependsOn = (id: string): string[] =>
    [(acme.Resources[id] as { DependsOn?: string | string[] }).DependsOn ?? []].flat();

  // So new code is allowed what it asks for, after the seconds that IAM takes to spread a policy. The machine
  // waits those out (`task.test.ts`).
  it('is that of a policy before the function, or the machine, that needs it', () => {
    const needing = resources.filter(([, { Type }]) =>
      ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine'].includes(Type),
    );
    expect(needing.length).toBeGreaterThan(steps.length);
    for (const [id, { Properties }] of needing) {
      const [role] = Object(Properties?.Role ?? Properties?.RoleArn)['Fn::GetAtt'];
      const policies = resources.flatMap(([policy, { Type, Properties: of }]) =>
        /^AWS::IAM::(Managed)?Policy$/.test(Type) &&
        JSON.stringify(of?.Roles ?? []).includes(`"${role}"`) &&
        // The policy on what the machine may do to itself names the machine, so it has to come after it.
        !JSON.stringify(of?.PolicyDocument).includes(`"${id}"`)
          ? [policy]
          : [],
      );
      expect(policies.length, id).toBeGreaterThan(0);
      expect(dependsOn(id), id).toEqual(expect.arrayContaining(policies));
    }
  });
});

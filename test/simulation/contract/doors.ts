import { setTimeout as pause } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { S3 } from '@aws-sdk/client-s3';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SFN } from '@aws-sdk/client-sfn';
import { expect, onTestFinished } from 'vitest';
import { s3Clients } from '../../../lambdas/adapters/aws/client-list.ts';
import { stepFunctionsExecutions } from '../../../lambdas/adapters/aws/executions.ts';
import { s3Manifests } from '../../../lambdas/adapters/aws/manifests.ts';
import { eventBridgeRunEvents } from '../../../lambdas/adapters/aws/run-events.ts';
import { eventBridgeNextRotation } from '../../../lambdas/adapters/aws/schedule.ts';
import { s3Surveys } from '../../../lambdas/adapters/aws/surveys.ts';
import { undiciExchange } from '../../../lambdas/adapters/hosts/exchange.ts';
import { undiciProbe } from '../../../lambdas/adapters/hosts/probe.ts';
import { openaiAuditLog } from '../../../lambdas/adapters/openai/audit-log.ts';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { secretsManager } from '../../../lambdas/adapters/secrets/secrets.ts';
import { dynamoJournal } from '../../../lambdas/adapters/table/journal.ts';
import { dynamoLeases } from '../../../lambdas/adapters/table/lease.ts';
import { tableNamed } from '../../../lambdas/adapters/table/table.ts';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import { serverIdentity } from '../../../simulation/certificates/pki.ts';
import type { RefusesAs } from '../../../simulation/certificates/token-exchange.ts';
import { answerOf, type Dialect } from '../../../simulation/faults/fault-answers.ts';
import type { Ports } from '../../../simulation/in-process/ports.ts';
import { wireWith } from '../../../simulation/in-process/wire.ts';
import { startAwsEndpoints } from '../../../simulation/served/aws-endpoints.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { startObjectEndpoint } from '../../../simulation/served/object-endpoint.ts';
import { startTableEndpoint } from '../../../simulation/served/table-endpoint.ts';
import { serveTokenHost } from '../../../simulation/served/token-host.ts';
import { serveTrafficHost } from '../../../simulation/served/traffic-host.ts';
import type { AnchorChoice } from '../../../simulation/world/anchor-choice.ts';
import type { FaultKind } from '../../../simulation/world/fault-kinds.ts';
import { clientSettings } from '../../adapters/aws-account.ts';
import { HOST, type Scene, scene } from '../../steps/scene.ts';

type Doorway = Omit<Ports, 'hosts' | 'hold' | 'configured' | 'metrics' | 'clock' | 'pause' | 'hasty'>;

/** One small world, its ports, and the host that a probe asks. */
export type Open = Doorway & {
  world: Scene['world'];
  time: Scene['time'];
  running: Set<string>;
  host: string;
  /** The host at which leaves are exchanged for tokens. */
  authHost: string;
  /**
   * Makes a call under a fault. Returns the error's name, or the word for how the call ended, such as that
   * its caller died.
   */
  under(fault: FaultKind, call: (ports: Doorway) => Promise<unknown>): Promise<unknown>;
};

/** A way into the simulated world. */
export type Door = { name: string; open(refusesAs?: RefusesAs, choice?: AnchorChoice): Promise<Open> };

const answered = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'answers',
    ({ name }: Error) => name,
  );

/** A scene with a client that has an API key and one that has none. */
const small = (refusesAs?: RefusesAs, choice?: AnchorChoice) =>
  scene(
    undefined,
    [
      { name: 'billing', project: 'proj_a', running: OLD, staged: NEXT },
      { name: 'ledger', project: 'proj_a', running: OLD, staged: NEXT, keyless: true },
    ],
    { ...(refusesAs && { refusesAs }), ...(choice !== undefined && { choice }) },
  );
const [OLD, NEXT] = [{ anchor: 'cert_acme0' }, { anchor: 'cert_acme1' }];

const inProcess: Door = {
  name: 'in process',
  async open(refusesAs, choice) {
    const set = await small(refusesAs, choice);
    return {
      ...set,
      host: HOST,
      authHost: set.world.authHost,
      under: (fault, call) =>
        Promise.race([
          answered(call(set.portsWith({ wire: wireWith(fault) }))),
          pause(100).then(() => 'dies'),
        ]),
    };
  },
};

const identity = await serverIdentity();
setDefaultCACertificates([...getCACertificates('default'), identity.ca]);

const served: Door = {
  name: 'over HTTP and TLS',
  async open(refusesAs, choice) {
    const set = await small(refusesAs, choice);
    const { world, running } = set;
    let fault: FaultKind | undefined;
    let crashes = 0;
    const host = { crash: () => void crashes++, expire: () => {} };
    const clock = { now: () => 0, advanceTo: () => {} } as unknown as Parameters<typeof answerOf>[2]['clock'];
    const instead = (dialect: Dialect) => () =>
      fault ? answerOf(fault, dialect, { host, clock }) : undefined;
    const intercept = instead('openai');
    const admin = {
      organization: world.organization,
      adminKeys: { 'sk-admin': 'windlass' as const },
      intercept,
    };
    const executions = {
      operations: {
        DescribeExecution: ({ executionArn }: { executionArn?: unknown }) => ({
          executionArn,
          status: running.has(String(executionArn)) ? 'RUNNING' : 'SUCCEEDED',
        }),
      },
    };
    const projectKeys = { 'sk-billing': 'proj_a' };
    const { organization, identities } = world;
    const [api, traffic, tokens, aws, tables, objects] = await Promise.all([
      serveCertificatesApi(admin),
      serveTrafficHost({
        ...{ admin, projectKeys, identities, identity, intercept },
        region: { host: HOST, regions: world.regions },
      }),
      serveTokenHost({ organization, identities, identity, intercept, ...(refusesAs && { refusesAs }) }),
      startAwsEndpoints({ ...world, executions }, instead('aws')),
      startTableEndpoint(instead('aws')),
      startObjectEndpoint(world.objects, instead('aws')),
    ]);
    onTestFinished(async () => {
      for (const server of [api, traffic, tokens, aws, tables, objects]) await server.close();
    });
    await tables.create('windlass');
    const portsWith = (timeoutMs: number): Doorway => {
      const requestHandler = { requestTimeout: timeoutMs, throwOnRequestTimeout: true };
      const settings = { ...clientSettings(aws.url), requestHandler };
      const table = tableNamed('windlass', { ...settings, endpoint: tables.url });
      const credential = async () => ({ apiKey: 'sk-admin' });
      const calling = { baseURL: api.url, credential, maxRetries: 0, timeoutMs };
      const s3 = async () => new S3({ ...settings, endpoint: objects.url });
      return {
        audit: openaiAuditLog(calling),
        certificates: openaiCertificates(calling),
        secrets: secretsManager(async () => new SecretsManager(settings)),
        probe: undiciProbe({ timeoutMs }),
        exchange: undiciExchange({ authHost: tokens.url, timeoutMs }),
        nextRotation: eventBridgeNextRotation(SCHEDULE, async () => new Scheduler(settings)),
        events: eventBridgeRunEvents(
          () => 'acme',
          async () => new EventBridge(settings),
          () => {},
        ),
        leases: dynamoLeases(
          table,
          stepFunctionsExecutions(async () => new SFN(settings)),
          world.organization.now,
        ),
        journal: dynamoJournal(table),
        verdicts: dynamoVerdicts(table),
        clients: { deployed: () => s3Clients(world.clientList ?? UNDEPLOYED, s3).deployed() },
        manifests: s3Manifests('windlass', s3),
        surveys: s3Surveys('windlass', s3),
      };
    };
    return {
      ...set,
      ...portsWith(20_000),
      host: traffic.url,
      authHost: tokens.url,
      async under(theirs, call) {
        fault = theirs;
        const end = await answered(call(portsWith(theirs === 'timeout' ? 300 : 20_000)));
        fault = undefined;
        return crashes > 0 ? 'dies' : end;
      },
    };
  },
};

const UNDEPLOYED = { bucket: 'assets', key: 'none.json', digest: '' };

const SCHEDULE = {
  group: 'windlass',
  name: 'next',
  roleArn: 'arn:aws:iam::000000000000:role/schedule',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:windlass',
  deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:dead-letters',
};

/** The same world behind real sockets with the real clients, and behind the ports of the storm. */
export const doors: readonly Door[] = [served, inProcess];

/** The outcome for each fault kind. A kind without an outcome is a type error. */
export const outcomes = (all: Record<FaultKind, string>) => Object.entries(all) as [FaultKind, string][];

/** The outcomes of a port that has one error name for every failure. */
export const unavailable = (name: string) =>
  outcomes({
    timeout: name,
    reset: name,
    'lost-reply': name,
    429: name,
    500: name,
    503: name,
    page: name,
    malformed: name,
    slow: 'answers',
    'crash-before': 'dies',
    'crash-after': 'dies',
  });

/** Matches an error of this name. */
export const named = (name: string) => expect.objectContaining({ name });

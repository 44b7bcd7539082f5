import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type DescribeExecutionCommandOutput, SFN } from '@aws-sdk/client-sfn';
import { freePort, ROOT } from '../deploy-local/workspace.ts';
import type { Definition } from '../lib/definition.ts';
import { endedAs } from '../simulation/machine/ended-as.ts';
import { type Behind, openBridge } from './bridge.ts';
import type { Asked, Ended, Engine } from './engine.ts';

/**
 * The engine, pinned, with the packages that its Step Functions needs. `deploy-local/known-differences.ts`
 * lists where it differs from AWS.
 */
export const MOTO = ['moto[stepfunctions]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5'];

const LOG = join(ROOT, 'cdk.out', 'verify-engines.log');
const REGION = 'us-east-1';

/** The engine, and a client of its machines for further questions. */
export type Moto = Engine & { machines: SFN };

/** Starts moto with this Python. Its Tasks run the functions of the environment that ran last. */
export async function startMoto(python: string): Promise<Moto> {
  let behind: Behind | undefined;
  const bridge = await openBridge(() => behind ?? refuse('nobody has asked for anything'));
  const port = await freePort();
  await mkdir(join(LOG, '..'), { recursive: true });
  const log = openSync(LOG, 'w');
  const child = spawn(python, [join(import.meta.dirname, 'moto_engine.py'), `${port}`], {
    cwd: ROOT,
    // None of the user's AWS settings. TZ is UTC because moto takes this machine's local time for UTC.
    env: { PATH: process.env.PATH, TZ: 'UTC', WINDLASS_BRIDGE: bridge.url, MOTO_ACCOUNT_ID: '000000000000' },
    stdio: ['ignore', log, log],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    await bridge.close();
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 120 && child.exitCode === null; tries++) {
    if (await fetch(`${endpoint}/moto-api/`).then(({ ok }) => ok, no)) {
      const credentials = { accessKeyId: 'engine', secretAccessKey: 'engine' };
      const client = new SFN({ region: REGION, endpoint, credentials });
      const engine = engineOf(client, (now) => {
        behind = now;
      });
      return { ...engine, machines: client, close };
    }
    await pause(500);
  }
  await close();
  return refuse(`moto does not answer: ${LOG} says why`);
}

const no = () => false;

function engineOf(client: SFN, serve: (behind: Behind) => void): Omit<Engine, 'close'> {
  let machines = 0;
  const known = new Map<object, string>();
  /** Returns the machine of an environment. It is created when it is first needed. */
  const machineOf = async ({ environment: { definition } }: Asked): Promise<string> => {
    const arn = known.get(definition);
    if (arn) return arn;
    const { stateMachineArn = '' } = await client.createStateMachine({
      name: `windlass-rehearsal-${++machines}`,
      definition: asMotoReads(definition),
      roleArn: 'arn:aws:iam::000000000000:role/engine',
    });
    known.set(definition, stateMachineArn);
    return stateMachineArn;
  };
  return {
    name: 'moto',
    async run(asked) {
      serve(behindOf(asked));
      const stateMachineArn = await machineOf(asked);
      const input = JSON.stringify(asked.request);
      const { executionArn = '' } = await client.startExecution({
        ...{ stateMachineArn, input, name: asked.execution },
      });
      asked.environment.services.executions.set(executionArn, 'RUNNING');
      for (;;) {
        const seen = await client.describeExecution({ executionArn });
        if (seen.status !== 'RUNNING') {
          asked.environment.services.executions.set(executionArn, seen.error ? 'FAILED' : 'SUCCEEDED');
          return endOf(seen);
        }
        await pause(100);
      }
    },
  };
}

/** Applies `whole-percentage` of the known differences: the same number, with a decimal point. */
const asMotoReads = (definition: Definition): string =>
  JSON.stringify(definition).replaceAll(/("ToleratedFailurePercentage":\d+)(?=[,}])/g, '$1.0');

/** Seconds. A shorter Wait state is not the soak, and nothing is started during it. */
const MINUTES = 600;

function behindOf({ environment, clock, soak }: Asked): Behind {
  const { services, stepOf } = environment;
  return {
    invoke(resource, input) {
      const { id = '' } = Object(Object(input).execution) as { id?: string };
      const execution = id.split(':').at(-1) ?? '';
      const isOver = services.log.invoked(execution, stepOf(resource) ?? resource, input);
      return environment.invoke(resource, input).finally(() => {
        isOver();
        clock.start();
      });
    },
    objectsEndpoint: services.objectsEndpoint,
    async pass(why, seconds) {
      // moto drops the fraction of a second, but a Wait state must not end before its time.
      if (why === 'wait' && seconds > MINUTES) await soak(Date.now() / 1000 + seconds + 1);
      else clock.advanceTo(clock.milliseconds() / 1000 + seconds);
    },
  };
}

function endOf({ error, cause = '', output = 'null' }: DescribeExecutionCommandOutput): Ended {
  const end = { error: error ?? null, cause, output: JSON.parse(output), stateTransitions: 0 };
  return endedAs(end);
}

function refuse(message: string): never {
  throw new Error(message);
}

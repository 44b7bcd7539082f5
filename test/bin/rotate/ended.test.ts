import { expect, it } from 'vitest';
import { executionArn } from '../doctor/account.ts';
import { output } from '../execution.ts';
import { windlass } from '../run.ts';
import { serveStepFunctions } from '../step-functions.ts';

/** What `windlass follow --json` prints of an execution that succeeded with this output. */
async function followed(output: string) {
  const sfn = await serveStepFunctions({ ending: { status: 'SUCCEEDED', output } });
  const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_ENDPOINT_URL_SFN: sfn.url };
  const { code, stdout } = await windlass(['follow', executionArn('acme', 'drill'), '--json'], env).finally(
    sfn.close,
  );
  return { code, ...JSON.parse(stdout) };
}

it('I13: the JSON of a run says that another took over while it planned, as its screen and its exit code do', async () => {
  const halt = { Error: 'Superseded', Cause: 'an emergency took over' };
  const execution = { id: 'arn', startedAt: '2026-11-02T09:00:00.000Z' };
  const superseded = JSON.stringify({ execution, halt, release: { outcome: 'superseded' } });
  const told = { code: 4, status: 'SUCCEEDED', takenOver: 'an emergency took over', output: null };
  expect(await followed(superseded)).toMatchObject(told);
});

it('and null of any other', async () => {
  expect(await followed(output)).toMatchObject({ code: 0, status: 'SUCCEEDED', takenOver: null });
});

/** What `windlass follow` shows of an emergency that has failed so. */
async function failed(error: string): Promise<string> {
  const input = JSON.stringify({ mode: 'emergency', anchors: ['cert_a'], reason: 'leaked' });
  const sfn = await serveStepFunctions({
    ending: { status: 'FAILED', error, cause: 'no such client: leaveBehind.0: ghost', input },
  });
  const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_ENDPOINT_URL_SFN: sfn.url };
  const { stdout } = await windlass(['follow', executionArn('acme', 'drill')], env).finally(sfn.close);
  return stdout.replaceAll(/\s+/g, ' ');
}

it('I15: an emergency that is refused for a name says that its anchors are remembered, and will be cut', async () => {
  const told = await failed('InvalidRequest');
  expect(told).toContain('cert_a is remembered as compromised: a run within minutes cuts it without a soak');
  expect(told).toContain('windlass compromised acme --retract ID --reason TEXT');
  expect(await failed('ApiUnavailable')).not.toContain('Remembered');
});

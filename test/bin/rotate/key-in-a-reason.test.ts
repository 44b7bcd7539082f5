import { afterEach, expect, it } from 'vitest';
import { windlass } from '../run.ts';
import { serveStepFunctions } from '../step-functions.ts';

const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-acme';
const KEY = 'sk-proj-Tz81kQpLw0Xv3NbYc7RdEa5FmGh2JsUo';

let served: Awaited<ReturnType<typeof serveStepFunctions>>;
afterEach(() => served?.close());

it('I14: a key that somebody has pasted into the reason of an emergency is in no state', async () => {
  served = await serveStepFunctions({});
  const env = {
    AWS_ENDPOINT_URL_SFN: served.url,
    ...{ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'not-for-print' },
  };
  const emergency = [
    '--emergency',
    '--anchor',
    'cert_leaked',
    '--reason',
    `found beside ${KEY} in a public repository`,
  ];
  const { stderr } = await windlass(
    ['rotate', '--state-machine', ARN, '--yes', '--no-wait', ...emergency],
    env,
  );
  // The execution's history keeps the input for 90 days, and each event of its status has the input too.
  for (const { body } of served.calls) expect(String(body.input)).not.toContain(KEY);
  expect(stderr).toContain('--reason holds what looks like a key');
  expect(stderr).not.toContain(KEY);
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { executionArn } from './doctor/account.ts';
import { windlass } from './run.ts';
import { serveStepFunctions } from './step-functions.ts';

const drill = executionArn('acme', 'drill');
const AWS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_EC2_METADATA_DISABLED: 'true' };
const following = (url: string) => windlass(['follow', drill], { ...AWS, AWS_ENDPOINT_URL_SFN: url });

describe('windlass follow, by the ARN of an execution', () => {
  // The SDK draws each of its pauses at random, from zero up to a limit that grows. Zero keeps the test fast.
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  it.each([
    ['who may not read it', { type: 'AccessDeniedException', message: 'Ada may not' }, 'Ada may not'],
    ['a token that has expired', { type: 'ExpiredTokenException', message: 'it has expired' }, 'has expired'],
    ['an outage that does not end', { type: 'Oops', message: 'try later', status: 503 }, 'try later'],
    [
      'throttling that does not end',
      { type: 'ThrottlingException', message: 'Rate exceeded' },
      'Rate exceeded',
    ],
  ])('says nothing of a rotation that it has never seen: %s', async (_, refuse, said) => {
    const sfn = await serveStepFunctions({ refuse: { action: 'DescribeExecution', ...refuse } });
    const { code, stdout, stderr } = await following(sfn.url).finally(sfn.close);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`windlass: ${drill} cannot be watched: `);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('carries on');
  });

  it('gives up where nothing listens', async () => {
    const gone = await serveStepFunctions({});
    await gone.close();
    const { code, stderr } = await following(gone.url);
    expect(code).toBe(2);
    expect(stderr).toMatch(/drill cannot be watched: Step Functions does not answer \(ECONNREFUSED\)\n$/);
  });

  it('takes an endpoint that is no URL for no outage', async () => {
    const { code, stderr } = await following('nonsense');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^windlass: \S+ cannot be watched: AWS_ENDPOINT_URL_SFN is "nonsense", which is no URL/,
    );
  });

  it('waits for the end of an outage, and says so once', async () => {
    // The SDK tries each call three times.
    const refuse = { action: 'DescribeExecution', type: 'Oops', message: 'try later', status: 503, times: 7 };
    const sfn = await serveStepFunctions({ refuse, ending: { status: 'SUCCEEDED', output: '{}' } });
    const { code, stdout, stderr } = await following(sfn.url).finally(sfn.close);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'windlass: Oops: try later: asking again\n' });
    expect(stdout).toMatch(/^following arn/);
  });
});

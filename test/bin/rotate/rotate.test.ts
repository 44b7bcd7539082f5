import { hostname, userInfo } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { history, output } from '../execution.ts';
import { start, until, windlass } from '../run.ts';
import { entered, serveStepFunctions } from '../step-functions.ts';

const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass';
const byAda = ['--started-by', ' Ada Lovelace '];
const SECRET = 'aws-secret-do-not-print-me';

let served: Awaited<ReturnType<typeof serveStepFunctions>>;
afterEach(() => served?.close());

async function tell(story: Parameters<typeof serveStepFunctions>[0]) {
  served = await serveStepFunctions(story);
  const env = { AWS_ENDPOINT_URL_SFN: served.url, AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: SECRET };
  return (...args: string[]) => [['rotate', '--state-machine', ARN, '--yes', ...args], env] as const;
}

describe('windlass rotate', () => {
  it('starts the request and follows each state to the end', async () => {
    const rotate = await tell({ history, ending: { status: 'SUCCEEDED', output } });
    const { code, stdout, stderr } = await windlass(...rotate('--manual', '--reason', 'drill', ...byAda));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const [begin] = served.calls;
    expect(begin).toMatchObject({ action: 'StartExecution', body: { stateMachineArn: ARN } });
    expect(JSON.parse(String(begin?.body.input))).toEqual({
      mode: 'manual',
      reason: 'drill',
      startedBy: 'Ada Lovelace',
    });
    expect(stdout).toMatch(/Plan\n.*Activate new anchors +proj_1\n.*RateLimited 429 from the API\n.*Soak/);
    expect(stdout).toMatch(/^ {2}2026-11-02 \d\d:\d\d:\d\d UTC {2}Plan$/m);
    expect(stdout).toMatch(/until 2026-11-09 09:00 UTC; it is safe to leave/);
    expect(stdout).toContain('✓ Succeeded: 1 succession in 1 scope.');
    expect(stdout).not.toMatch(/Each wave|Anything due/);
    expect(stdout.match(/Activate new anchors/g)).toHaveLength(1);
  });

  it('says how far the scopes of a wave are, which have executions of their own', async () => {
    const mapRunStartedEventDetails = {
      mapRunArn: 'arn:aws:states:eu-west-1:123456789012:mapRun:windlass/a:b',
    };
    const events = [
      ...history.slice(0, 1),
      entered('MapStateEntered', 'Activate scope by scope'),
      { type: 'MapRunStarted', mapRunStartedEventDetails },
    ];
    const counts = { total: 1_200, succeeded: 1_199, running: 0, failed: 1, aborted: 0, timedOut: 0 };
    const rotate = await tell({ history: events, counts, ending: { status: 'SUCCEEDED', output } });
    const { stdout } = await windlass(...rotate(...byAda));
    expect(stdout).toContain('  Activate scope by scope: 1,199 of 1,200 scopes, 1 ended without a word\n');
  });

  it('starts what the schedule starts when nothing else is asked for', async () => {
    const rotate = await tell({ ending: { status: 'SUCCEEDED' } });
    await windlass(...rotate(...byAda));
    expect(served.calls[0]?.body.input).toBe('{"startedBy":"Ada Lovelace"}');
  });

  it('says who started it: the user of this machine, unless told', async () => {
    const rotate = await tell({ ending: { status: 'SUCCEEDED' } });
    const { stdout } = await windlass(...rotate());
    const { startedBy } = requestSchema.parse(JSON.parse(String(served.calls[0]?.body.input)));
    expect(startedBy).toBe(`${userInfo().username}@${hostname()}`);
    expect(stdout).toMatch(new RegExp(`started by +${startedBy}`));
  });

  it('sends an emergency with its anchors and its reason', async () => {
    const rotate = await tell({ ending: { status: 'SUCCEEDED' } });
    const emergency = [
      ...byAda,
      '--emergency',
      '--anchor',
      'cert_a',
      '--anchor',
      'cert_b',
      '--reason',
      'leaked key',
    ];
    const { stdout } = await windlass(...rotate(...emergency));
    expect(JSON.parse(String(served.calls[0]?.body.input))).toEqual({
      mode: 'emergency',
      anchors: ['cert_a', 'cert_b'],
      reason: 'leaked key',
      startedBy: 'Ada Lovelace',
    });
    expect(stdout).toMatch(/EMERGENCY[\s\S]*cert_a, cert_b[\s\S]*leaked key/);
  });

  it('says in plain words whom an emergency may lock out and where it cuts without a proof, and sends both', async () => {
    const rotate = await tell({ ending: { status: 'SUCCEEDED' } });
    const emergency = ['--emergency', '--anchor', 'cert_a', '--reason', 'leaked', ...byAda];
    const allowed = ['--leave-behind', 'shop', '--leave-behind', 'batch', '--on-listing', 'proj_a'];
    const { stderr } = await windlass(...rotate(...emergency, ...allowed));
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /! MAY LOCK OUT shop, batch: .* ! CUT WITHOUT A PROOF in proj_a: /,
    );
    expect(requestSchema.parse(JSON.parse(String(served.calls[0]?.body.input)))).toMatchObject({
      leaveBehind: ['shop', 'batch'],
      onListing: ['proj_a'],
    });
    const all = await windlass(...rotate(...emergency, '--on-listing', 'proj_a', '--on-listing', 'all'));
    expect(all.stderr).toContain('CUT WITHOUT A PROOF in every scope');
  });

  it('keeps stdout for the JSON', async () => {
    const rotate = await tell({ history, ending: { status: 'SUCCEEDED', output } });
    const { stdout, stderr } = await windlass(...rotate('--json'));
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      status: 'SUCCEEDED',
      error: null,
      output: { plan: { decision: 'rotate' } },
    });
    expect(stderr).toContain('Activate new anchors');
  });

  it('is no success when an emergency left one of its anchors', async () => {
    const { plan, ...document } = JSON.parse(output);
    const blocked = [{ anchor: 'cert_other', reason: 'cert_other has no successor: upload one' }];
    const partial = { ...document, plan: { ...plan, mode: 'emergency', blocked, anyBlocked: true } };
    const rotate = await tell({ history, ending: { status: 'SUCCEEDED', output: JSON.stringify(partial) } });
    const { code, stdout } = await windlass(
      ...rotate(
        ...byAda,
        '--emergency',
        '--anchor',
        'cert_old',
        '--anchor',
        'cert_other',
        '--reason',
        'leaked',
      ),
    );
    expect(code).toBe(3);
    expect(stdout).toContain('■ Blocked in part: 1 succession in 1 scope.');
    expect(stdout).toMatch(/cert_other +cert_other has no successor: upload one/);
    expect(stdout).toMatch(/Restart\n +restart at once what keeps its leaf in memory/);
    // An hour after its end: until that end an old leaf could get a token.
    expect(stdout).toContain('a token of an old leaf lives until 2026-11-02 10:01 UTC at the latest');
  });

  it.each([
    [
      'one that is active nowhere',
      ['cert_a'],
      [],
      '✓ Succeeded: cert_a is active nowhere: nothing has to be cut.',
    ],
    [
      'two of which one has been cut',
      ['cert_old', 'cert_b'],
      undefined,
      '✓ Succeeded: 1 succession in 1 scope; cert_b is active nowhere, and had not to be cut.',
    ],
  ])(
    'says of an emergency that names %s that it is, and not that nothing is due',
    async (_, anchors, pairs, told) => {
      const { plan, ...document } = JSON.parse(output);
      const successions = pairs ?? plan.successions;
      const decision = successions.length > 0 ? 'rotate' : 'idle';
      const whole = { ...plan, mode: 'emergency', decision, successions, summary: 'nothing is due' };
      const request = { mode: 'emergency', anchors, reason: 'leaked' };
      const ending = { status: 'SUCCEEDED', output: JSON.stringify({ ...document, request, plan: whole }) };
      const rotate = await tell({ history, ending });
      const named = anchors.flatMap((id) => ['--anchor', id]);
      const { code, stdout } = await windlass(
        ...rotate(...byAda, '--emergency', ...named, '--reason', 'leaked'),
      );
      expect(stdout).toContain(told);
      expect(stdout).not.toContain('nothing is due');
      expect(code).toBe(0);
    },
  );

  it('says so of one that each project looked for in vain, and has nobody restarted', async () => {
    const { plan, ...document } = JSON.parse(output);
    const whole = { ...plan, mode: 'emergency', atOnce: true, decision: 'rotate' };
    const request = { mode: 'emergency', anchors: ['cert_old'], reason: 'leaked' };
    const ended = { ...document, request, plan: whole, release: { outcome: 'idle' } };
    const rotate = await tell({ history, ending: { status: 'SUCCEEDED', output: JSON.stringify(ended) } });
    const { stdout } = await windlass(
      ...rotate(...byAda, '--emergency', '--anchor', 'cert_old', '--reason', 'leaked'),
    );
    expect(stdout).toContain('✓ Succeeded: cert_old is active nowhere: nothing has to be cut.');
    expect(stdout).not.toMatch(/Restart|Successions/);
  });

  it.each([
    ['Blocked', '1 succession in 4 scopes; 1 blocked. cert_b: has no successor', true],
    ['SuccessorRefused', 'proj_1: refused', true],
    ['Blocked', '1 blocked. cert_a: has no successor', false],
  ])('says whom to restart after an emergency that ended %s: %s', async (error, cause, isSaid) => {
    const input = JSON.stringify({ mode: 'emergency', anchors: ['cert_a'], reason: 'leaked' });
    const rotate = await tell({ history, ending: { status: 'FAILED', error, cause, input } });
    const { stdout } = await windlass(
      ...rotate(...byAda, '--emergency', '--anchor', 'cert_a', '--reason', 'leaked'),
    );
    expect(/wherever it has cut something/.test(stdout)).toBe(isSaid);
  });

  it.each([
    [{ status: 'FAILED', error: 'Blocked', cause: 'upload a successor' }, 3, '■ Blocked: upload a successor'],
    [
      { status: 'FAILED', error: 'SuccessorRefused', cause: 'proj_1' },
      4,
      '✗ FAILED: SuccessorRefused: proj_1',
    ],
    [
      {
        status: 'FAILED',
        error: 'RateLimited',
        cause: '{"errorType":"RateLimited","errorMessage":"proj_1: \\u001b[31m429","trace":["at x"]}',
      },
      4,
      '✗ FAILED: RateLimited: proj_1: [31m429\n',
    ],
    [
      {
        status: 'SUCCEEDED',
        output:
          '{"halt":{"Error":"Superseded","Cause":"fire has the lease"},"release":{"outcome":"superseded"}}',
      },
      4,
      '■ Superseded by another run: fire has the lease',
    ],
    [
      { status: 'FAILED', error: 'UnknownAnchor', cause: 'no such anchor: request.anchors.0: cert_nope' },
      4,
      '✗ FAILED: UnknownAnchor: no such anchor: --anchor cert_nope\n',
    ],
    [{ status: 'TIMED_OUT' }, 4, '✗ TIMED_OUT'],
    [{ status: 'ABORTED' }, 4, '✗ ABORTED'],
  ])('has not rotated on %j', async (ending, expected, message) => {
    const rotate = await tell({ history: history.slice(0, 1), ending });
    const { code, stdout } = await windlass(...rotate());
    expect(stdout).toContain(message);
    expect(code).toBe(expected);
  });

  it.each([
    [{ error: 'Blocked' }, [/windlass doctor acme looks at every secret/], /explain/],
    [{ error: 'SecretInvalid' }, [/windlass doctor acme/, /windlass explain SecretInvalid says/], /Clients/],
    [{ error: 'ApiUnavailable' }, [/windlass explain ApiUnavailable says/], /doctor/],
    [{ error: 'SomethingElse' }, [], /Look next/],
  ])('names what to look with after %j', async ({ error }, named, unnamed) => {
    const rotate = await tell({ ending: { status: 'FAILED', error, cause: 'why' } });
    const [, env] = rotate();
    const { stdout } = await windlass(['rotate', '--state-machine', `${ARN}-acme`, '--yes'], env);
    for (const one of named) expect(stdout).toMatch(one);
    expect(stdout).not.toMatch(unnamed);
  });

  it('names it as well where it went through and something waits', async () => {
    const { plan, ...document } = JSON.parse(output);
    const waiting = { ...plan, blocked: [{ anchor: 'cert_b', reason: 'stage a leaf' }], anyBlocked: true };
    const ending = { status: 'SUCCEEDED', output: JSON.stringify({ ...document, plan: waiting }) };
    const { stdout } = await windlass(...(await tell({ history, ending }))('--manual'));
    expect(stdout).toMatch(/✓ Succeeded: [\s\S]*Look next\n {2}windlass doctor ORGANIZATION looks/);
  });

  it('returns once it has started with --no-wait', async () => {
    const rotate = await tell({});
    expect((await windlass(...rotate('--no-wait'))).code).toBe(0);
    expect(served.calls.map(({ action }) => action)).toEqual(['StartExecution']);
  });

  it.each([
    ['what it has started', {}, /started arn:aws:states:\S+:windlass:windlass-scheduled-/],
    [
      'that nothing was started',
      { refuse: { action: 'StartExecution', type: 'AccessDeniedException', message: 'not authorized' } },
      /nothing was started: .*not authorized/,
    ],
  ])('says on Ctrl-C before its start is answered %s', async (_, story, expected) => {
    const ready = Promise.withResolvers<void>();
    const rotate = await tell({ ...story, history, beforeStart: () => ready.promise });
    const running = start(...rotate(...byAda));
    await until(running, () => served.calls.length > 0);
    running.child.kill('SIGINT');
    // The command gets the signal before the answer.
    setTimeout(ready.resolve, 300);
    const { code, stdout, stderr } = await running.ended;
    expect(`${stdout}${stderr}`).toMatch(expected);
    expect(code).toBe(130);
  });

  it('stops only the watching on Ctrl-C, and says so', async () => {
    const rotate = await tell({ history });
    const running = start(...rotate());
    await until(running, ({ stdout }) => stdout.includes('Plan'));
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/no longer watching .*the rotation carries on: arn:aws:states/);
    expect(code).toBe(130);
    expect(served.calls.map(({ action }) => action)).not.toContain('StopExecution');
  });

  it.each([
    ['StateMachineDoesNotExist', `State Machine Does Not Exist: '${ARN}'`],
    ['AccessDeniedException', 'not authorized to perform: states:StartExecution'],
  ])('names %s when nothing was started', async (type, message) => {
    const rotate = await tell({ refuse: { action: 'StartExecution', type, message } });
    const { code, stderr } = await windlass(...rotate());
    expect(stderr).toContain(`windlass: nothing was started: ${type}: ${message}`);
    expect(code).toBe(2);
  });

  it('does not claim that nothing was started when the answer never came', async () => {
    const rotate = await tell({
      refuse: { action: 'StartExecution', type: 'InternalError', message: 'oops', status: 500 },
    });
    const { code, stderr } = await windlass(...rotate());
    expect(stderr).toContain('look whether it was started');
    expect(code).toBe(4);
  });

  it('says when it may start but not watch', async () => {
    const refuse = { action: 'DescribeExecution', type: 'AccessDeniedException', message: 'not authorized' };
    const rotate = await tell({ refuse });
    const { code, stderr } = await windlass(...rotate());
    expect(stderr).toMatch(
      /no longer watching \(AccessDeniedException: not authorized\); the rotation carries on/,
    );
    expect(code).toBe(4);
  });

  it('waits out an outage of Step Functions', async () => {
    const refuse = {
      action: 'GetExecutionHistory',
      type: 'InternalError',
      message: 'oops',
      status: 500,
      times: 4,
    };
    const rotate = await tell({ history, ending: { status: 'SUCCEEDED', output }, refuse });
    const { code, stdout } = await windlass(...rotate());
    expect(stdout).toContain('asking again');
    expect(code).toBe(0);
  });

  it('asks for credentials by name when there are none', async () => {
    const rotate = await tell({});
    const [args, env] = rotate();
    const { code, stderr } = await windlass(args, {
      AWS_ENDPOINT_URL_SFN: env.AWS_ENDPOINT_URL_SFN,
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: '/nonexistent',
    });
    expect(stderr).toContain('nothing was started: no AWS credentials');
    expect(code).toBe(2);
  });
});

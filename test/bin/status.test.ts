import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { instant } from '../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { AwsFault } from '../../simulation/world/aws-operations.ts';
import { executionArn, machineArn, openAccount, tableName } from './doctor/account.ts';
import { start, until, windlass } from './run.ts';
import { ago, line, now, sweepsAt } from './trail-lines.ts';

const DAY = 86_400;

const request = { mode: 'scheduled', startedBy: 'the daily sweep' };
const plan = {
  request,
  successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
  blocked: [],
  scopes: [
    ['canary', ['proj_a']],
    ['projects', ['proj_b', 'proj_c', 'proj_d']],
  ],
  summary: '1 succession in 4 scopes',
};
const waits = {
  anchor: 'cert_old',
  scopes: ['proj_d'],
  client: 'shop',
  reason: 'stage a leaf of cert_new for client shop',
};
const proven = { evidence: 'probe', probes: 2, moment: 'overlap' };
const beforeCut = { ...proven, moment: 'beforeCut' };

const sweep = (State = 'ENABLED') => ({
  ...{ GroupName: 'windlass-acme', Name: 'sweep', ScheduleExpression: `cron(0 ${sweepsAt} * * ? *)`, State },
  ...{ FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: machineArn('acme'), RoleArn: 'role' } },
});

/** An account whose stack has this trail and its daily sweep. */
async function acme(...entries: JournalEntry[]) {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule(sweep());
  const journal = account.journal('acme');
  for (const entry of entries) await journal.record(entry);
  const status = (...args: string[]) => windlass(['status', 'acme', ...args], account.env);
  return {
    ...account,
    journal,
    status,
    json: async () => JSON.parse((await status('--json')).stdout),
    /** Makes an execution run in this state, and gives it the lease. */
    async runs(name: string, state: string, startedAgo: number) {
      account.executions.set(executionArn('acme', name), 'RUNNING');
      account.executions.entered(executionArn('acme', name), state);
      const lease = { holder: executionArn('acme', name), mode: 'scheduled', token: 1, released: false };
      const documents = await account.table('acme').documents();
      await documents.put({
        TableName: tableName('acme'),
        Item: { pk: 'lease', sk: 'lease', ...lease, takenAt: ago(startedAgo) },
      });
    },
  };
}

/** A rotation of four scopes, by the phases that it has finished. */
const rotation = line('drill', 3 * DAY);
const overlap = [
  rotation(0, 'planned', plan),
  ...['proj_a', 'proj_b', 'proj_c', 'proj_d'].flatMap((scope, i) => [
    rotation(10 + i, 'activating', { activating: ['cert_new'] }, scope),
    rotation(11 + i, 'activated', { activated: ['cert_new'] }, scope),
    rotation(12 + i, 'verified', proven, scope),
  ]),
];
const promoted = (soakUntil: string) => rotation(60, 'promoted', { promoted: ['shop'], soakUntil });

describe('windlass status says first what to do', () => {
  it('nothing, when the next run is set and the last one went well', async () => {
    const idle = line('sweep', 3_600);
    const { status, journal } = await acme(
      idle(0, 'planned', { ...plan, successions: [], scopes: [] }),
      idle(2, 'ended', { outcome: 'idle' }),
    );
    await journal.rememberSuccess(ago(3_600));
    const { code, stdout } = await status();
    expect(stdout).toMatch(
      new RegExp(
        `^acme · as of 20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC\\n\\n +✓ +nothing to do: the next run is on 20\\d\\d-\\d\\d-\\d\\d ${String(sweepsAt).padStart(2, '0')}:00 UTC, the daily +sweep\\n`,
      ),
    );
    expect(stdout).toMatch(/ last run +idle 20\d\d-\d\d-\d\d .* UTC \(scheduled, by the daily sweep\)\n/);
    expect(stdout).toMatch(/ lease +free\n/);
    expect(code).toBe(0);
  });

  it('to wait, while a rotation soaks, until when and what follows', async () => {
    const { status, json, runs } = await acme(...overlap, promoted(ago(-4 * DAY)));
    await runs('drill', 'Soak', 3 * DAY);
    const { code, stdout } = await status();
    expect(stdout).toMatch(
      /✓ +a rotation soaks until 20\d\d-\d\d-\d\d \d\d:\d\d UTC, for 4 days more: wait; restart/,
    );
    expect(stdout).toMatch(/ phase +soak \(state Soak, since 20.* UTC\)\n/);
    expect(stdout).toMatch(/ then +verify again, deactivate, confirm: 4 scopes\n/);
    expect(stdout).toMatch(/ proven +4 +proj_a, proj_b, proj_c, proj_d\n/);
    expect(stdout).toMatch(/ lease +drill \(scheduled\), since/);
    expect(code).toBe(0);
    expect(await json()).toMatchObject({
      ...{ schema: 1, verdict: 'fine', organization: 'acme', table: tableName('acme') },
      running: { phase: 'soak', half: 'overlap', waits: { seconds: expect.any(Number) } },
    });
  });

  it('nothing about a rotation whose lease an emergency has taken: it ends by itself', async () => {
    const fire = line('fire', 3_600);
    const { status, json, runs, table } = await acme(
      ...overlap,
      promoted(ago(-4 * DAY)),
      fire(0, 'planned', {
        ...plan,
        mode: 'emergency',
        request: { mode: 'emergency', anchors: ['cert_old'], reason: 'x' },
      }),
      fire(60, 'ended', { outcome: 'rotated' }),
    );
    await runs('drill', 'Soak', 3 * DAY);
    const lease = { holder: executionArn('acme', 'fire'), mode: 'emergency', token: 2, released: true };
    const documents = await table('acme').documents();
    await documents.put({
      TableName: tableName('acme'),
      Item: { pk: 'lease', sk: 'lease', ...lease, takenAt: ago(3_600) },
    });
    const { stdout } = await status();
    expect(stdout).toMatch(/another run has taken over from a rotation, which ends by itself on 20/);
    expect(stdout).not.toMatch(/restart before then|verify again, deactivate/);
    expect(await json()).toMatchObject({ running: { isTakenOver: true } });
  });

  it('what is blocked, where and for whom, before the wait', async () => {
    const { status, json, runs } = await acme(
      rotation(0, 'planned', { ...plan, blocked: [waits] }),
      ...overlap.slice(1),
      promoted(ago(-4 * DAY)),
    );
    await runs('drill', 'Soak', 3 * DAY);
    const { code, stdout } = await status();
    expect(stdout).toMatch(/■ +cert_old: stage a leaf/);
    expect(stdout).toMatch(/Blocked, as the run of 20.* saw it\n +anchor +where/);
    expect(code).toBe(3);
    const { actions } = await json();
    expect(actions[0]).toContain('(proj_d; client shop)');
    expect(actions[1]).toMatch(/^a rotation soaks until/);
  });

  it('to look at a run that halted, by its name', async () => {
    const { status } = await acme(
      ...overlap,
      rotation(100, 'ended', { outcome: 'halted', Error: 'SuccessorRefused', Cause: 'proj_b: refused' }),
    );
    const { code, stdout } = await status();
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /✗ the last run ended halted on 20.* UTC, SuccessorRefused: windlass explain SuccessorRefused says what to do; the next run goes on, on 20/,
    );
    expect(stdout).toContain('SuccessorRefused: proj_b: refused');
    expect(code).toBe(4);
  });

  it('that a run was stopped, or timed out, of which only Step Functions knows', async () => {
    const { executions, json } = await acme(...overlap);
    executions.set(executionArn('acme', 'drill'), 'RUNNING');
    executions.set(executionArn('acme', 'drill'), 'ABORTED');
    const { verdict, actions, last } = await json();
    expect(last.outcome).toBe('aborted');
    expect([verdict, actions[0]]).toEqual([
      'red',
      expect.stringMatching(/the last run was stopped .*rotate acme --manual/),
    ]);
  });

  it('to look at a run that failed and wrote nothing down, whatever the run before it came to', async () => {
    const idle = line('sweep', 3_600);
    const { executions, json, status } = await acme(
      idle(0, 'planned', { ...plan, successions: [], scopes: [] }),
      idle(2, 'ended', { outcome: 'idle' }),
    );
    const arn = executionArn('acme', 'dumb');
    const cause = JSON.stringify({ errorMessage: 'Cannot find module' });
    const input = JSON.stringify({ mode: 'manual', startedBy: 'ada@laptop' });
    executions.set(executionArn('acme', 'sweep'), 'SUCCEEDED');
    executions.set(arn, 'FAILED', { error: 'Runtime.ExitError', cause, input });
    executions.set(executionArn('acme', 'second'), 'FAILED', { error: 'Busy', cause: '' });
    const { verdict, actions, last } = await json();
    expect(last).toMatchObject({
      ...{ execution: arn, mode: 'manual', startedBy: 'ada@laptop', outcome: 'failed' },
      ...{ error: 'Runtime.ExitError', cause: 'Cannot find module', inJournal: false },
    });
    expect([verdict, actions[0]]).toEqual([
      'red',
      expect.stringMatching(
        /^the last run ended failed on .* and wrote nothing down, Runtime\.ExitError: windlass explain/,
      ),
    ]);
    const { code, stdout } = await status();
    expect(stdout).toMatch(/ last run +failed 20.* \(manual, by ada@laptop\)\n/);
    expect(code).toBe(4);
  });

  it('and points to no explanation that there is not', async () => {
    const { executions, json } = await acme();
    executions.set(executionArn('acme', 'dumb'), 'FAILED', { error: 'SomethingElse', cause: 'odd' });
    const { actions } = await json();
    expect(actions[0]).toContain('wrote nothing down, SomethingElse: its execution says more;');
  });

  it('and not at one that failed before the last run that has written down how it ended', async () => {
    const { executions, json, journal } = await acme();
    executions.set(executionArn('acme', 'dumb'), 'FAILED', { error: 'Runtime.ExitError' });
    const startedAt = instant(now + 60);
    const ended = {
      execution: executionArn('acme', 'sweep'),
      startedAt,
      at: startedAt,
      event: 'ended' as const,
    };
    await journal.record({ ...ended, detail: { outcome: 'idle' } });
    expect((await json()).verdict).toBe('fine');
  });

  it('and not at one of a stack that was deleted, and made again under its name', async () => {
    const { executions, json, status, env } = await acme();
    executions.set(executionArn('acme', 'dumb'), 'FAILED', { error: 'Runtime.ExitError' });
    executions.machine(machineArn('acme'), now + 60);
    const { verdict, last } = await json();
    expect({ verdict, last }).toEqual({ verdict: 'fine', last: null });
    expect((await status()).stdout).toMatch(/ last run +none is on record\n/);
    // Where these credentials may not see how old the stack is, the failed run is shown (I13).
    vi.spyOn(executions.operations, 'ListStateMachines').mockImplementation(() => {
      throw new AwsFault('AccessDeniedException', 'not authorized to perform states:ListStateMachines');
    });
    const known = await windlass(['status', machineArn('acme'), '--table', tableName('acme'), '--json'], env);
    expect(JSON.parse(known.stdout).last).toMatchObject({ error: 'Runtime.ExitError' });
  });

  it('that none has gone through yet, where the time counts from the first run, which halted', async () => {
    const { journal, json, status } = await acme();
    await journal.rememberFirstRun(ago(60));
    expect((await json()).lastSuccess).toBeNull();
    expect((await status()).stdout).toMatch(/ last without a halt +none yet\n/);
    await journal.rememberFirstRun(ago(3 * DAY));
    const { verdict, actions } = await json();
    expect([verdict, actions[0]]).toEqual([
      'red',
      expect.stringMatching(/^no run has gone through without a halt since the first, on /),
    ]);
    await journal.rememberSuccess(ago(60));
    expect((await json()).lastSuccess).toBe(ago(60));
  });

  it('that nothing starts the sweep, and that nothing has succeeded for days', async () => {
    const { schedules, journal, json } = await acme();
    schedules.operations.UpdateSchedule(sweep('DISABLED'));
    // A person who has something to do is not told at the same time that there is nothing to do.
    expect((await json()).actions).toEqual([
      expect.stringContaining('windlass-acme/sweep is disabled; enable it'),
    ]);
    schedules.operations.DeleteSchedule(sweep());
    await journal.rememberSuccess(ago(3 * DAY));
    const { verdict, actions } = await json();
    expect(actions[0]).toContain('deploy the stack again');
    expect(actions[1]).toMatch(/^no run has gone through without a halt since /);
    expect(verdict).toBe('red');
  });
});

describe('why the next run comes', () => {
  const fire = line('fire', 1_800);
  const at = ago(-600);
  const planned = (more: object) => fire(0, 'planned', { ...plan, plannedAt: ago(1_800), ...more });
  const ended = fire(60, 'ended', { outcome: 'rotated' });
  const scheduled = fire(50, 'scheduled', { nextRotationAt: at });
  const leaseOf = (holder: string, lateUntil: string) => ({
    ...{ pk: 'lease', sk: 'lease', holder: executionArn('acme', holder), mode: 'emergency', token: 2 },
    ...{ released: true, takenAt: ago(1_800), lateUntil },
  });

  it.each<[string, string, JournalEntry[], object?]>([
    [
      'for calls of a run that was taken over',
      'it looks again, since a call of the run that was taken over may have come late',
      [planned({ nextRotationAt: ago(-300) }), scheduled, ended],
    ],
    [
      'for what is compromised and blocked',
      'it tries again what is compromised and blocked, or could not be seen',
      [planned({ nextRotationAt: at, leftAgainAt: at }), scheduled, ended],
    ],
    [
      'for what the last run left',
      'it takes up what the last run left',
      [planned({ nextRotationAt: ago(1_500) }), scheduled, ended],
    ],
    [
      'for what was named meanwhile',
      'something was named as compromised while the last run was at work',
      [planned({ nextRotationAt: ago(-DAY) }), scheduled, ended],
    ],
    ['for what comes due', 'an anchor comes due', [planned({ nextRotationAt: ago(-500) }), scheduled, ended]],
    [
      'after a halt, for what was left undone',
      'it tries again what has been left undone since 20',
      [planned({}), fire(60, 'ended', { outcome: 'halted', Error: 'ApiUnavailable', nextRotationAt: at })],
      { failingSince: ago(1_740) },
    ],
    ['and not, where no run on record has set it', 'null', []],
  ])('is told: %s', async (_, why, entries, input = {}) => {
    const { schedules, json, status, table } = await acme(...entries);
    schedules.operations.CreateSchedule({
      ...sweep(),
      ...{ Name: 'next', ScheduleExpression: `at(${at.slice(0, 19)})` },
      Target: { ...sweep().Target, Input: JSON.stringify({ ...input, startedBy: 'the next rotation' }) },
    });
    const documents = await table('acme').documents();
    await documents.put({ TableName: tableName('acme'), Item: leaseOf('fire', ago(-300)) });
    const { nextRun } = await json();
    expect(nextRun.at).toBe(at);
    expect(String(nextRun.why)).toContain(why);
    const { stdout } = await status();
    const shown =
      nextRun.why === null ? /the schedule of the next rotation\n/ : `next rotation: ${nextRun.why}`;
    expect(stdout.replaceAll(/ *\n {5,}/g, ' ')).toMatch(shown);
  });

  it('is not told of the sweep, which comes every day', async () => {
    const { json } = await acme(planned({ nextRotationAt: at }), scheduled, ended);
    expect((await json()).nextRun).toMatchObject({ by: 'the daily sweep', why: null });
  });
});

describe('what is compromised', () => {
  const fire = line('fire', 3_600);
  const named = { anchorId: 'cert_bad', namedAt: ago(3_590), reason: 'leaked' };
  const bad = { anchor: 'cert_bad', scopes: ['proj_a', 'proj_b'], reason: 'cert_bad has no successor' };
  const emergency = { mode: 'emergency', anchors: ['cert_bad'], reason: 'leaked' };
  const noPlan = { ...plan, successions: [], scopes: [] };
  const sweepBefore = [
    line('sweep', 7_200)(0, 'planned', noPlan),
    line('sweep', 7_200)(2, 'ended', { outcome: 'idle' }),
  ];
  const burning = [
    ...sweepBefore,
    fire(5, 'planned', { ...noPlan, request: emergency, blocked: [bad] }),
    fire(9, 'ended', { outcome: 'blocked' }),
  ];

  it('and left by an emergency that ended blocked is red at once, until a run has cut it', async () => {
    const { status, json, journal } = await acme(...burning);
    await journal.rememberCompromised([named]);
    const { code, stdout } = await status();
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /✗ a leaked key still gets in: cert_bad has no successor \(proj_a, proj_b\)/,
    );
    expect(stdout).toMatch(/Blocked, as the run of 20.* saw it\n/);
    expect(code).toBe(4);
    expect((await json()).blocked.cuts).toEqual([{ ...bad, compromised: true }]);
    const later = line('later', 60);
    await journal.record(later(1, 'planned', { ...noPlan, request: emergency }));
    await journal.record(later(2, 'ended', { outcome: 'rotated' }));
    expect(await json()).toMatchObject({ verdict: 'fine', blocked: { cuts: [] } });
  });

  it('lets nobody in where there is no such anchor, and is told as what it is', async () => {
    const reason = 'cert_bad was named in an emergency, and there is no such anchor';
    const absent = { anchor: 'cert_bad', reason, absent: true };
    const { json, journal } = await acme(
      line('drill', 60)(1, 'planned', { ...noPlan, request: { mode: 'manual' }, blocked: [absent] }),
      line('drill', 60)(2, 'ended', { outcome: 'blocked' }),
    );
    await journal.rememberCompromised([named]);
    const { verdict, actions } = await json();
    expect([verdict, actions[0]]).toEqual(['red', reason]);
  });

  it('stays red where a run that looked at everything found it blocked still', async () => {
    const { json, journal } = await acme(
      ...burning,
      line('drill', 60)(1, 'planned', { ...noPlan, request: { mode: 'manual' }, blocked: [bad, waits] }),
      line('drill', 60)(2, 'ended', { outcome: 'blocked' }),
    );
    await journal.rememberCompromised([named]);
    const { verdict, actions, blocked } = await json();
    expect(blocked.cuts).toEqual([{ ...bad, compromised: true }, waits]);
    expect([verdict, actions[0]]).toEqual([
      'red',
      expect.stringMatching(/^a leaked key still gets in: cert_bad/),
    ]);
  });

  it('is not hidden by a sweep that met the emergency, and looked at nothing', async () => {
    const busy = line('second', 3_595)(1, 'busy', {
      request,
      holder: executionArn('acme', 'fire'),
      mode: 'emergency',
    });
    const { json, journal } = await acme(...burning, busy);
    await journal.rememberCompromised([named]);
    expect((await json()).verdict).toBe('red');
  });

  it('and cut has everybody restart at once, for nothing has soaked', async () => {
    const { json } = await acme(
      ...sweepBefore,
      fire(5, 'planned', { ...plan, request: emergency, atOnce: true }),
      fire(9, 'ended', { outcome: 'rotated' }),
      // A later run has found nothing to do. Processes that keep their leaf in memory still have to be
      // restarted.
      line('sweep after', 60)(0, 'planned', noPlan),
      line('sweep after', 60)(2, 'ended', { outcome: 'idle' }),
    );
    const { verdict, actions } = await json();
    expect([verdict, ...actions]).toEqual([
      'fine',
      expect.stringMatching(/^restart at once what keeps its leaf in memory, unless that was done since 20/),
      expect.stringMatching(/^nothing else to do: the next run is on/),
    ]);
  });

  it('is no more once a person has taken it back', async () => {
    const { json } = await acme(...burning);
    expect(await json()).toMatchObject({ verdict: 'fine', blocked: { cuts: [] } });
  });

  it('is red while no run has looked for it, as where its emergency met another', async () => {
    const busy = fire(5, 'busy', {
      request: emergency,
      holder: executionArn('acme', 'other'),
      mode: 'emergency',
    });
    const halted = fire(6, 'ended', { outcome: 'halted', Error: 'Busy', Cause: 'another is at work' });
    const { json, journal } = await acme(...sweepBefore, busy, halted);
    await journal.rememberCompromised([named]);
    const { verdict, actions } = await json();
    expect([verdict, actions[0]]).toEqual([
      'red',
      expect.stringMatching(/^cert_bad was named as compromised on 20.* UTC, and no run has looked since/),
    ]);
    await journal.record(line('next', 60)(1, 'planned', noPlan));
    await journal.record(line('next', 60)(2, 'ended', { outcome: 'idle' }));
    expect((await json()).verdict).toBe('fine');
  });
});

describe('the scopes of a rotation', () => {
  it('are done, running, held, halted or waiting, by name and by what the trail has of each', async () => {
    const { status, json, journal, runs } = await acme(
      rotation(0, 'planned', { ...plan, blocked: [waits] }),
      ...overlap.slice(1),
      promoted(ago(DAY)),
      rotation(2 * DAY + 1, 'verified', beforeCut, 'proj_a'),
      rotation(2 * DAY + 2, 'deactivated', { deactivated: ['cert_old'] }, 'proj_a'),
      rotation(2 * DAY + 3, 'confirmed', proven, 'proj_a'),
      rotation(2 * DAY + 4, 'deactivating', { deactivating: ['cert_old'] }, 'proj_b'),
      rotation(2 * DAY + 4, 'undone', { reactivated: ['cert_old'] }, 'proj_c'),
    );
    const cut = { retiring: 'cert_old', successor: 'cert_new', compromised: false };
    await journal.rememberCuts([{ ...cut, scope: 'proj_b', cutAt: ago(DAY - 4) }]);
    await runs('drill', 'Deactivate retiring anchors', 3 * DAY);
    const { verdict, running, actions } = await json();
    const states = running.scopes.map(({ scope, state }: Record<string, string>) => [scope, state]);
    expect(states).toEqual([
      ['proj_a', 'done'],
      ['proj_b', 'running'],
      ['proj_c', 'halted'],
      ['proj_d', 'held'],
    ]);
    expect(running).toMatchObject({ phase: 'deactivate', half: 'cut', wave: 'projects', waits: null });
    expect(actions[0]).toMatch(/^halted: proj_c; /);
    expect(actions.at(-1)).toMatch(
      /under way \(deactivate, wave projects, 1 of 4 scopes done, 1 cut to be confirmed\)/,
    );
    expect(verdict).toBe('red');
    const { code, stdout } = await status();
    expect(stdout).toMatch(/ confirmed +1 +proj_a\n/);
    expect(stdout).toMatch(/ running +1 +proj_b: deactivating 20\d\d-/);
    expect(stdout).toMatch(/cut, not confirmed +proj_b: cert_old → cert_new, cut 20/);
    expect(code).toBe(4);
  });

  it('wait for their cut once the overlap is proven, whatever was seen of them then', async () => {
    const { json, runs } = await acme(
      ...overlap,
      promoted(ago(DAY)),
      rotation(2 * DAY + 1, 'verified', beforeCut, 'proj_a'),
    );
    await runs('drill', 'Verify again before the cut', 3 * DAY);
    const states = (await json()).running.scopes.map(({ state }: { state: string }) => state);
    expect(states).toEqual(['running', 'waiting', 'waiting', 'waiting']);
  });

  it('of an emergency are done when they are confirmed, and not when they are proven', async () => {
    const fire = line('fire', 60);
    const { json, runs } = await acme(
      fire(0, 'planned', {
        ...plan,
        request: { mode: 'emergency', anchors: ['cert_old'], reason: 'leaked' },
      }),
      fire(1, 'verified', proven, 'proj_a'),
      fire(2, 'confirmed', proven, 'proj_b'),
      // Only some clients of this scope have been looked at.
      fire(2, 'confirmed', { ...proven, shard: { at: 0, of: 2 } }, 'proj_c'),
    );
    await runs('fire', 'Confirm', 60);
    const { running, actions } = await json();
    const states = running.scopes.map(({ state }: { state: string }) => state);
    expect(states).toEqual(['running', 'done', 'running', 'waiting']);
    expect(actions[0]).toMatch(/^an emergency is under way \(confirm/);
  });
});

describe('windlass status', () => {
  it('shows the rotation that has the lease, and not the sweep that is about to find it taken', async () => {
    const { executions, json, runs } = await acme(...overlap, promoted(ago(-DAY)));
    await runs('drill', 'Soak', 3 * DAY);
    executions.set(executionArn('acme', 'sweep'), 'RUNNING');
    expect((await json()).running.execution).toBe(executionArn('acme', 'drill'));
  });

  it('says of a lease that a dead run has left that the next one takes it', async () => {
    const { executions, json, runs, status } = await acme(...overlap, promoted(ago(-DAY)));
    await runs('drill', 'Soak', 3 * DAY);
    expect((await json()).lease).toMatchObject({ isDead: false });
    executions.set(executionArn('acme', 'drill'), 'ABORTED');
    expect((await json()).lease).toMatchObject({ holder: executionArn('acme', 'drill'), isDead: true });
    expect((await status()).stdout).toMatch(/ lease +free for the next run: drill has ended and kept it\n/);
  });

  it('says of a run that has written nothing yet that it runs', async () => {
    const { executions, json } = await acme();
    executions.set(executionArn('acme', 'new'), 'RUNNING');
    executions.entered(executionArn('acme', 'new'), 'Plan');
    const { running, actions } = await json();
    expect(running).toMatchObject({ phase: 'plan', mode: null, scopes: [] });
    expect(actions[0]).toMatch(/under way \(plan\)/);
  });

  it('is shown without the schedules where these credentials may not read them', async () => {
    const { env } = await acme();
    const { code, stdout } = await windlass(['status', 'acme'], {
      ...env,
      AWS_ENDPOINT_URL_SCHEDULER: 'http://127.0.0.1:9',
    });
    expect(stdout).toMatch(/ schedules +the schedules cannot be read: EventBridge Scheduler does not answer/);
    expect(code).toBe(0);
  });

  it('is one line and exit code 2 where the table or the machine cannot be read', async () => {
    const { env } = await acme();
    for (const [name, said] of [
      ['DYNAMODB', /cannot look for the table of acme: DynamoDB does not answer/],
      ['SFN', /cannot look for stacks: Step Functions does not answer/],
    ] as const) {
      const away = { ...env, [`AWS_ENDPOINT_URL_${name}`]: 'http://127.0.0.1:9' };
      const { code, stdout, stderr } = await windlass(['status', 'acme'], away);
      expect(stderr).toMatch(said);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
    const elsewhere = await windlass(['status', 'acme', '--table', 'nowhere'], env);
    expect(elsewhere.stderr).toMatch(
      /^windlass: cannot read the state in table nowhere: there is no such table/,
    );
  });

  it('fits a terminal of 40 columns', async () => {
    const { columns } = process.stdout;
    onTestFinished(() => {
      process.stdout.columns = columns;
    });
    const { status, runs } = await acme(...overlap, promoted(ago(-DAY)));
    await runs('drill', 'Soak', 3 * DAY);
    process.stdout.columns = 40;
    const { stdout } = await status();
    expect(stdout.split('\n').filter((text) => text.length > 40)).toEqual([]);
  });

  it('is watched: a line of JSON whenever something has changed, until Ctrl-C', async () => {
    const { env, executions } = await acme();
    const watching = start(['status', 'acme', '--json', '--watch', '1'], env);
    const lines = () => watching.said.stdout.trimEnd().split('\n').filter(Boolean);
    await until(watching, () => lines().length === 1);
    executions.set(executionArn('acme', 'new'), 'RUNNING');
    await until(watching, () => lines().length === 2);
    watching.child.kill('SIGINT');
    const { code, stderr } = await watching.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(lines().map((text) => JSON.parse(text).running?.execution ?? null)).toEqual([
      null,
      executionArn('acme', 'new'),
    ]);
  });

  it('is watched through throttling and an outage of the table, each of which is said once', async () => {
    const { env, executions, tables, json } = await acme();
    const watching = start(['status', 'acme', '--json', '--watch', '1'], env);
    const lines = () => watching.said.stdout.trimEnd().split('\n').filter(Boolean);
    await until(watching, () => lines().length === 1);
    const { operations } = executions;
    const list = operations.ListExecutions;
    const throttle = () => {
      throw new AwsFault('ThrottlingException', 'Rate exceeded');
    };
    Object.assign(operations, { ListExecutions: throttle });
    await until(watching, () => watching.said.stderr.includes('Rate exceeded: asking again\n'));
    Object.assign(operations, { ListExecutions: list });
    executions.set(executionArn('acme', 'new'), 'RUNNING');
    await until(watching, () => lines().length === 2);
    expect((await json()).running.execution).toBe(executionArn('acme', 'new'));
    await tables.close();
    await until(watching, () => /in table \S+: .*: asking again\n/.test(watching.said.stderr));
    watching.child.kill('SIGINT');
    const { code, stderr } = await watching.ended;
    expect(stderr.match(/asking again/g)).toHaveLength(2);
    expect(code).toBe(130);
  });

  it('is watched no longer where somebody may not look any more', async () => {
    const { env, executions } = await acme();
    const watching = start(['status', 'acme', '--json', '--watch', '1'], env);
    await until(watching, () => watching.said.stdout.endsWith('\n'));
    Object.assign(executions.operations, {
      ListExecutions: () => {
        throw new AwsFault('AccessDeniedException', 'not authorized');
      },
    });
    expect(await watching.ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/not authorized\n$/),
    });
  });
});

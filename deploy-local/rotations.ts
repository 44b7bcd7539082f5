import assert from 'node:assert/strict';
import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { eventually } from './eventually.ts';
import { historyOf, statusOf, windlassEnds } from './operator.ts';
import { KEYLESS, type LocalOrganization } from './organizations.ts';
import { activeAnchors } from './trust.ts';
import type { Workspace } from './workspace.ts';

/** The anchors that each scope of the simulated organization trusts once its expiring anchor is rotated. */
const ROTATED = { proj_billing: ['cert_acme_new'], proj_search: ['cert_acme_new', 'cert_globex'] };

/** Checks that `windlass rotate` starts a rotation, and that it ends well. */
export async function rotates(workspace: Workspace, { name, simulation }: LocalOrganization): Promise<void> {
  await windlassEnds(0, workspace, 'rotate', name, '--manual', '--yes');
  assert.deepEqual(await activeAnchors(simulation, Object.keys(ROTATED)), ROTATED);
}

/** Checks that `windlass status` says that there is nothing to do, and exits with 0. */
export async function isFine(workspace: Workspace, { name }: LocalOrganization): Promise<void> {
  const told = await windlassEnds(0, workspace, 'status', name);
  assert.match(told, /nothing to do/, told);
}

/** Checks that `windlass history` has the rotation, what it changed, what it proved and how it ended. */
export async function isInHistory(workspace: Workspace, { name }: LocalOrganization): Promise<void> {
  const [only, ...others] = await historyOf(workspace, name);
  assert.equal(others.length, 0, 'there was one rotation');
  assert.equal(only?.outcome, 'rotated');
  const changes = new Set(only?.changes.map(({ what }) => what));
  assert.deepEqual(changes, new Set(['activated', 'promoted', 'deactivated']));
  assert.ok(only?.verdicts.length, 'it has no verdicts');
}

/**
 * Checks that the client without an API key was moved, and that its old leaf was seen refused. Verify has to
 * exchange the new leaf for a token before the client is moved (F17), so this shows that the functions
 * reached the token host.
 */
export async function isProvenKeyless(workspace: Workspace, { name }: LocalOrganization): Promise<void> {
  const [only] = await historyOf(workspace, name);
  const moved = only?.changes.filter(({ what }) => what === 'promoted').flatMap(({ changed }) => changed);
  const refused = only?.verdicts.flatMap((verdict) => verdict.refused);
  assert.ok(moved?.includes(KEYLESS), `${KEYLESS} is not among those moved: ${moved}`);
  assert.ok(refused?.includes(KEYLESS), `${KEYLESS} is not among those refused: ${refused}`);
}

/**
 * Checks that the sweep's own schedule starts a rotation that reaches its soak, and returns its execution.
 * Only the schedule's time is changed, to the minute of a cron expression. The emulator never fires an
 * `at(…)` that replaces a cron it has already looked at.
 */
export async function sweepStarts(workspace: Workspace, { name }: LocalOrganization): Promise<string> {
  const scheduler = new SchedulerClient(workspace.settings);
  const named = { Name: 'sweep', GroupName: `windlass-${name}` };
  const { Target, FlexibleTimeWindow } = await scheduler.send(new GetScheduleCommand(named));
  const moved = { ScheduleExpression: cronOf(nextMinute()), ScheduleExpressionTimezone: 'UTC' };
  await scheduler.send(new UpdateScheduleCommand({ ...named, Target, FlexibleTimeWindow, ...moved }));
  return eventually(180, 'a rotation of the sweep in its soak', async () => {
    const { running } = await statusOf(workspace, name);
    if (!running?.soakUntil) return null;
    assert.equal(running.startedBy, 'the daily sweep');
    return running.execution;
  });
}

/** The first whole minute that the emulator still sees coming: it looks every ten seconds. */
const nextMinute = (): Date => new Date(Math.ceil((Date.now() + 15_000) / 60_000) * 60_000);

const cronOf = (at: Date): string =>
  `cron(${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} ? ${at.getUTCFullYear()})`;

/** Checks that this execution still runs, and soaks. */
export async function stillSoaks(
  workspace: Workspace,
  { name }: LocalOrganization,
  execution: string,
): Promise<void> {
  const { running } = await statusOf(workspace, name);
  assert.equal(running?.execution, execution);
  assert.ok(running?.soakUntil && Date.parse(running.soakUntil) > Date.now(), 'its soak is over');
}

/**
 * Checks that an emergency takes the lease from the soaking run and cuts at once, and that what it named is
 * remembered.
 */
export async function emergencyTakesOver(
  workspace: Workspace,
  organization: LocalOrganization,
): Promise<void> {
  const { name, simulation } = organization;
  const asked = ['rotate', name, '--emergency', '--anchor', 'cert_acme_old', '--yes'] as const;
  await windlassEnds(0, workspace, ...asked, '--reason', 'its key was found on a public bucket');
  assert.deepEqual(await activeAnchors(simulation, Object.keys(ROTATED)), ROTATED);
  const emergency = (await historyOf(workspace, name)).find(({ mode }) => mode === 'emergency');
  assert.equal(emergency?.outcome, 'rotated');
  const remembered = await windlassEnds(0, workspace, 'compromised', name);
  assert.match(remembered, /cert_acme_old/, remembered);
}

/**
 * Checks that the run that was taken over ends after its soak and changes nothing: its next step is refused.
 */
export async function endsWithoutAChange(
  workspace: Workspace,
  { name, simulation }: LocalOrganization,
  executionArn: string,
): Promise<void> {
  const machines = new SFNClient(workspace.settings);
  await eventually(300, 'the end of what was taken over', async () => {
    const { status } = await machines.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? null : status;
  });
  assert.deepEqual(await activeAnchors(simulation, Object.keys(ROTATED)), ROTATED);
  const takenOver = (await historyOf(workspace, name)).find(({ execution }) => execution === executionArn);
  assert.deepEqual(new Set(takenOver?.changes.map(({ what }) => what)), new Set(['activated', 'promoted']));
}

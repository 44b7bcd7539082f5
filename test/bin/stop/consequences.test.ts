import { expect, it } from 'vitest';
import { windlass } from '../run.ts';
import { runToStop } from './stopped-run.ts';

type Line = Parameters<Awaited<ReturnType<typeof runToStop>>['line']>;

const verified = { evidence: 'probe', probes: 2 };

/** Returns what `windlass stop` says that it leaves in the two projects of a run. */
async function said(mode: string, ...lines: Line[]): Promise<string> {
  const { account, line } = await runToStop('Every scope by itself');
  await line(49, 'planned', {
    request: { mode, anchors: ['cert_old'], reason: 'it leaked' },
    successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
    ...{ blocked: [], scopes: [['everywhere', ['proj_a', 'proj_b']]] },
  });
  for (const one of lines) await line(...one);
  const { stdout } = await windlass(['stop', 'acme', '--yes'], account.env);
  return stdout;
}

it('says of an emergency no overlap of a scope that it has not begun', async () => {
  const stdout = await said('emergency');
  expect(stdout).toMatch(/ as before +2: proj_a, proj_b\n/);
  expect(stdout).not.toContain('old and new active');
});

it('says of a scope that an emergency has halted in what its last change has left there', async () => {
  const stdout = await said(
    'emergency',
    [40, 'activated', { activated: ['cert_new'], alreadyActive: [] }, 'proj_a'],
    [39, 'deactivated', { deactivated: ['cert_old'], alreadyInactive: [] }, 'proj_a'],
    // The compromised anchor stays cut. The renewal is taken back, because every client gets in by another
    // anchor.
    [38, 'undone', { takenBack: ['cert_new'], error: 'SuccessorRefused' }, 'proj_a'],
  );
  expect(stdout).toMatch(/ cut, not confirmed +1: proj_a\n +as before +1: proj_b\n/);
});

it('says of a scope that has halted in the overlap whether its successor is active there', async () => {
  const activated = { activated: ['cert_new'], alreadyActive: [] };
  const stdout = await said(
    'scheduled',
    [40, 'activated', activated, 'proj_a'],
    [38, 'undone', { takenBack: ['cert_new'], error: 'SuccessorRefused' }, 'proj_a'],
    [37, 'activated', activated, 'proj_b'],
    [36, 'verified', { ...verified, moment: 'overlap' }, 'proj_b'],
  );
  expect(stdout).toMatch(/ old and new active +1: proj_b\n +as before +1: proj_a\n/);
});

it('says of a scope whose cut was put back that both are active there', async () => {
  const stdout = await said(
    'scheduled',
    [40, 'verified', { ...verified, moment: 'overlap' }, 'proj_a'],
    [39, 'verified', { ...verified, moment: 'overlap' }, 'proj_b'],
    [38, 'deactivated', { deactivated: ['cert_old'], alreadyInactive: [] }, 'proj_a'],
    [37, 'undone', { reactivated: ['cert_old'], standing: [], error: 'SuccessorRefused' }, 'proj_a'],
    [36, 'restored', { restored: [], kept: [], alreadyBack: [], leaves: [], unknown: 0 }],
  );
  expect(stdout).toMatch(/ old and new active +2: proj_a, proj_b\n/);
});

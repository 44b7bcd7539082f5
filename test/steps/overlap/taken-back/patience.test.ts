import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { overlapping } from '../../overlapping.ts';
import { type SceneAnchor, type SceneClient, scene } from '../../scene.ts';

const both = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };
const clients: SceneClient[] = [
  { name: 'billing', project: 'proj_a', ...both },
  { name: 'search', project: 'proj_b', ...both },
  { name: 'stock', project: 'proj_d', running: { anchor: 'cert_keel0' } },
];
const intruder: SceneClient = { name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } };
const anchors: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'], filter: 'subject.common_name != "intruder"' },
  { id: 'cert_acme1', expires: 300 },
  { id: 'cert_keel0', expires: 200, in: ['proj_d'] },
  { id: 'cert_keel1', expires: 300 },
];
const policy = { canary: ['proj_a'] };
const sweep = { mode: 'scheduled' as const };

/**
 * Runs for a leaked anchor have failed for `hours` hours. Then the overlap of another line lets a stranger
 * in, and its run dies before it has taken that successor back everywhere. Returns the successors of the next
 * three runs.
 */
async function inTurn(hours: number) {
  const set = await scene(anchors, clients, { witnesses: [intruder], projects: ['proj_d'] });
  const plan = await set.plan('one', sweep, policy);
  const { goesWell, isWidened } = overlapping(set, 'one', plan);
  await goesWell('proj_a');
  await isWidened('proj_b');
  set.running.delete('one');
  expect(set.activeIn('proj_a')).toContain('cert_acme1');
  await set.stage('stock', 'AWSPENDING', { anchor: 'cert_keel1' });
  await set.plan('fire', { mode: 'emergency', anchors: ['cert_keel0'], reason: 'leaked' }, policy);
  set.running.delete('fire');
  set.time.now += 600;
  const failingSince = instant(set.time.now - hours * 3_600);
  const seen = [];
  for (const [id, othersFirst] of [
    ['two', true],
    ['three', false],
    ['four', true],
  ] as const) {
    const next = await set.plan(id, { ...sweep, failingSince, ...(othersFirst && { othersFirst }) }, policy);
    seen.push(
      ...next.successions.map(({ successor, widened }) => `${successor}${widened ? ' widened' : ''}`),
    );
    set.running.delete(id);
    set.time.now += 600;
  }
  return seen;
}

it.each([
  ['control: since an hour', 1],
  ['since yesterday, for the leaked one alone', 24],
])(
  'F16: right after a run that failed for something compromised, what let a stranger in ten minutes ago is taken back: runs fail %s',
  async (_, hours) => {
    expect(await inTurn(hours)).toContain('cert_acme1 widened');
  },
);

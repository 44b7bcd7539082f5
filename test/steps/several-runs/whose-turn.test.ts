import { describe, expect, it } from 'vitest';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { failing, NOW, type Scene, type SceneClient, scene } from '../scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };
const halt = { Error: 'ApiUnavailable', Cause: '503' };
const globex = { retiring: 'cert_globex0', successor: 'cert_globex1' };

/** Globex can be cut at once. Acme is due and expires in `expires` days. */
const bothReady = (expires: number, billing: Pick<SceneClient, 'running' | 'staged'>) =>
  scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      { name: 'billing', project: 'proj_a', ...billing },
      {
        ...{ name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
        staged: { anchor: 'cert_globex1' },
      },
    ],
  );

/** Halts the emergency, with or without a plan, and plans the run that its schedule starts. */
async function afterItHalted(set: Scene, plan?: Plan) {
  const execution = { id: 'fire', startedAt: instant(NOW) };
  set.running.delete('fire');
  await release(set.ports, { execution, request: fire, halt, ...(plan && { plan }) });
  const [[name = '', at = ''] = []] = Object.entries(set.world.schedules.times());
  set.time.now = secondsOf(at);
  return set.plan('next', requestSchema.parse(set.world.schedules.requestOf(name)));
}

/**
 * A run leaves its turn to others, right after a run that failed for globex. Acme was cut in its project, and
 * nobody has confirmed that. Returns what the first attempt of its plan goes for where the plan cannot be kept
 * `lost` times, and what is kept in the end.
 */
async function leavingItsTurn({ lost }: { lost: number }) {
  const set = await bothReady(20, { running: { anchor: 'cert_acme1' } });
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']);
  set.world.organization.toggle('proj_a', 'activate', ['cert_acme1']);
  const cut = { retiring: 'cert_acme0', successor: 'cert_acme1', scope: 'proj_a', compromised: false };
  await set.journal.rememberCuts([{ ...cut, cutAt: instant(NOW - 3_600) }]);
  await set.journal.rememberCompromised([{ anchorId: 'cert_globex0', namedAt: instant(NOW - 3_600) }]);
  const request = requestSchema.parse({ failingSince: instant(NOW - 600), othersFirst: true });
  const { manifests } = set.ports;
  for (let attempt = 0; attempt < lost; attempt++) {
    const keep = () => Promise.reject(new WindlassError('ManifestUnavailable', '503'));
    const ports = { ...set.ports, manifests: { ...manifests, keep } };
    await expect(set.plan('next', request, {}, ports)).rejects.toMatchObject({ name: 'ManifestUnavailable' });
  }
  return set.plan('next', request);
}

it.each([
  ['at its first attempt', 0],
  ['at its second attempt, the first of which has told that its run is left alone', 1],
])('I10: a run that leaves its turn to a cut that nobody has confirmed does so %s', async (_, lost) => {
  expect(await leavingItsTurn({ lost })).toMatchObject({
    successions: [{ retiring: 'cert_acme0', resumed: true }],
    isPassedOver: true,
  });
});

describe('the run after an emergency that halted (I16)', () => {
  it('I16: goes for what is compromised where the emergency has not even planned, since nothing of it was tried', async () => {
    const set = await bothReady(10, { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } });
    const mute = set.portsWith({ wire: failing(({ op }) => op === 'projects') });
    await expect(set.plan('fire', fire, {}, mute)).rejects.toMatchObject({ name: 'ApiUnavailable' });
    // The API was down for as long as the machine tries Plan again.
    set.time.now += 45 * 60;
    const next = await afterItHalted(set);
    expect({ ...next, soonest: next.leftAgainAt }).toMatchObject({ atOnce: true, successions: [globex] });
  });

  it('I17: gives its turn to what has expired, while whoever is outside for it has a leaf of its successor', async () => {
    const set = await bothReady(-0.1, {
      running: { anchor: 'cert_acme0' },
      staged: { anchor: 'cert_acme1' },
    });
    const next = await afterItHalted(set, await set.plan('fire', fire));
    expect(next).toMatchObject({ successions: [{ retiring: 'cert_acme0' }], isPassedOver: true });
  });

  it('I16: gives no turn to an anchor that has expired, and by which nobody gets in any more', async () => {
    const set = await bothReady(-5, { running: { anchor: 'cert_acme1' } });
    set.world.organization.toggle('proj_a', 'activate', ['cert_acme1']);
    const next = await afterItHalted(set, await set.plan('fire', fire));
    expect(next).toMatchObject({ atOnce: true, successions: [globex] });
  });
});

import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { isIn, refusedByItsRenewal } from '../../saying.ts';
import { HOST, type Scene, scene, scopeInput } from '../../scene.ts';

/**
 * Activates, and looks at the scope while hosts hear of the activation `late` seconds afterwards. Returns the
 * verdict and the pauses.
 */
async function looked(
  set: Scene,
  late: number,
  request: Parameters<Scene['plan']>[1] = { mode: 'scheduled' },
) {
  const paused: number[] = [];
  const pause = async (seconds: number) => {
    paused.push(seconds);
    set.time.now += seconds;
  };
  const ports = { ...set.ports, hosts: [HOST], pause };
  const input = scopeInput('one', await set.plan('one', request));
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : late));
  const activation = await activate(ports, input);
  const seen = await verify(ports, { ...input, activation, moment: 'overlap' }).then(
    ({ evidence, probes }) => ({ evidence, probes }),
    ({ name }) => name as string,
  );
  return { seen, paused };
}

describe.each([0, 20, 80])('a renewal of which the host hears %i s late', (late) => {
  it('F7, I1: is seen in the overlap to turn its client away, before any soak', async () => {
    const set = await refusedByItsRenewal();
    expect((await looked(set, late)).seen).toBe('SuccessorRefused');
    expect(await isIn(set, 'billing')).toBe('refused');
  });

  it('F7, F16: is seen in the overlap to let a witness in', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: 'subject.common_name == "billing"' },
        { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
      ],
      [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
      {
        choice: 'last',
        witnesses: [{ name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } }],
      },
    );
    expect((await looked(set, late)).seen).toBe('TrustWidened');
  });
});

it('I8: who could get in by another anchor as well is looked at for as long as that takes, and every call is told', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
  );
  expect(await looked(set, 0)).toEqual({ seen: { evidence: 'listing', probes: 6 }, paused: [30, 60] });
});

it('I8: nobody waits where a client shows that the host has heard of the successor', async () => {
  expect(await looked(await scene(), 0)).toEqual({ seen: { evidence: 'probe', probes: 2 }, paused: [] });
});

it('I16: nor in an emergency, where a client trusts both', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_bolt0', expires: 300, in: ['proj_a'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1', by: 'cert_bolt0' },
      },
    ],
  );
  const fire = {
    mode: 'emergency' as const,
    anchors: ['cert_acme0'],
    reason: 'leaked',
    onListing: ['proj_a'],
  };
  expect(await looked(set, 0, fire)).toMatchObject({ paused: [] });
});

import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlap, SILENT, saying } from '../saying.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

/**
 * Four days ago keel's first anchor was cut in proj_a, and the cut stands. Keel's client gets in by the
 * second anchor, and only the refusal of its old leaf could not be proven. Now acme is to be rotated there,
 * and acme's client does not answer.
 */
async function standing(expires: number) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 15 },
      { id: 'cert_keel1', expires: 300, in: ['proj_a'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'stock', project: 'proj_a', running: { anchor: 'cert_keel1' } },
    ],
  );
  const cut = { scope: 'proj_a', retiring: 'cert_keel0', successor: 'cert_keel1', compromised: false };
  await set.journal.rememberCuts([{ ...cut, cutAt: instant(NOW - 4 * DAY) }]);
  const ports = { ...set.ports, probe: saying(set.ports.probe, () => ({ billing: SILENT })) };
  /** Runs acme's overlap, which halts for its silent client. */
  const halting = async (plan: Awaited<ReturnType<typeof set.plan>>) => {
    expect(plan.successions).toMatchObject([{ retiring: 'cert_acme0' }]);
    const input = scopeInput('one', plan);
    const activation = await activate(ports, input);
    const { name, message } = await verify(ports, overlap(input)).then(
      () => new Error('it was proven'),
      (error: Error) => error,
    );
    expect(name).toBe('ProbeInconclusive');
    return undo(ports, { ...input, activation, halt: { Error: name, Cause: message } });
  };
  return { ...set, halting };
}

it("I4, I17: an emergency that halts for a silent client activates nothing that it has not named: another authority's cut stands", async () => {
  const set = await standing(200);
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  await set.halting(await set.plan('one', fire));
  expect(set.activeIn('proj_a')).not.toContain('cert_keel0');
});

it('I4, I17: nor does a rotation that goes ahead of a cut which nobody could confirm for days', async () => {
  const set = await standing(20);
  await set.halting(await set.plan('one'));
  expect(set.activeIn('proj_a')).not.toContain('cert_keel0');
});

import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme, overlap, SILENT, saying } from '../saying.ts';
import { DAY, scene, scopeInput } from '../scene.ts';

/** A project in its overlap, in which one of two clients does not answer. */
async function halfSilent() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), onAcme('mail', 'proj_a')],
  );
  const planned = await set.plan('arn:run');
  const input = scopeInput('arn:run', planned, 'proj_a');
  const ports = { ...set.ports, probe: saying(set.ports.probe, () => ({ mail: SILENT })) };
  await activate(ports, input);
  return { set, planned, input, ports };
}

const late = (name: string) => ({
  name,
  message: expect.stringMatching(/^ProbeInconclusive: .+; this run waits for nobody since 20/),
});

describe('a client that does not answer (I17, I18)', () => {
  it('is waited for during a day, and looked at once after it', async () => {
    const { set, input, ports } = await halfSilent();
    set.time.now += DAY;
    await expect(verify(ports, overlap(input))).rejects.toMatchObject({ name: 'ProbeInconclusive' });
    set.time.now += 1;
    await expect(verify(ports, overlap(input))).rejects.toMatchObject(late('OutOfTime'));
    const older = { ...input, plan: { ...input.plan, time: undefined } };
    await expect(verify(ports, overlap(older))).rejects.toMatchObject({ name: 'ProbeInconclusive' });
  });

  it('keeps nobody beside it from being moved, when it is waited for no more', async () => {
    const { set, planned, input, ports } = await halfSilent();
    set.time.now += DAY + 1;
    const { name, message } = await verify(ports, overlap(input)).catch((error) => error);
    const { execution } = input;
    const halted = { scope: 'proj_a', verdict: 'halted' as const, error: name, cause: message };
    await set.verdicts.leave({ execution, phase: 'overlap' }, halted);
    const verification = [{ anyHalted: false, tolerated: 1 }];
    expect(await promote(ports, { execution, plan: planned, verification })).toMatchObject({
      promoted: ['billing'],
    });
    expect(await isIn(set, 'billing')).toBe('accepted');
  });

  it('is waited for before a cut until days after the soak, and after an undo for as long as it takes', async () => {
    const { set, planned, input, ports } = await halfSilent();
    await verify(set.ports, overlap(input));
    const { execution } = input;
    await promote(set.ports, { execution, plan: planned, verification: [{ anyHalted: false }] });
    set.time.now += planned.soakSeconds + 3 * DAY;
    const before = { ...input, moment: 'beforeCut' as const };
    await expect(verify(ports, before)).rejects.toMatchObject({ name: 'ProbeInconclusive' });
    set.time.now += 1;
    await expect(verify(ports, before)).rejects.toMatchObject(late('OutOfTime'));
    await deactivate(ports, input);
    await expect(verify(ports, { ...input, moment: 'afterUndo' })).rejects.toMatchObject({
      name: 'ProbeInconclusive',
    });
  });
});

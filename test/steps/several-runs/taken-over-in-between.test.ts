import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { restore } from '../../../lambdas/restore.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, overlap } from '../saying.ts';
import { DAY, type Scene, scene, scopeInput } from '../scene.ts';

const NOBODY = 'subject.common_name == "nobody"';
const REFUSED = { Error: 'SuccessorRefused', Cause: 'a new leaf' };
const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };

/**
 * Acme is due. Globex's successor has a filter that refuses its client for good, and globex is named in an
 * emergency later.
 */
const twoLines = (acme1: object, staged: object) =>
  scene(
    [
      { id: 'cert_acme0', expires: 28, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, ...acme1 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300, filter: NOBODY },
    ],
    [
      { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' }, ...staged },
      {
        ...{ name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
        staged: { anchor: 'cert_globex1' },
      },
    ],
    { choice: 'last' },
  );

async function ends({ ports, running, time }: Scene, execution: string, plan: Plan, request: object) {
  running.delete(execution);
  const about = { execution: { id: execution, startedAt: instant(time.now) }, request, plan };
  await release(ports, { ...about, halt: REFUSED });
}

/**
 * Lets the schedule start each run, and halts it as the machine does, with Undo and Restore. Returns the
 * hours until billing gets in.
 */
async function hoursOutside(set: Scene) {
  const from = set.time.now;
  for (let run = 1; set.time.now < from + DAY && (await isIn(set, 'billing')) !== 'accepted'; run++) {
    const { schedules } = set.world;
    const [[name = '', at = ''] = []] = Object.entries(schedules.times());
    const request = requestSchema.parse(schedules.requestOf(name));
    set.time.now = Math.max(set.time.now, secondsOf(at));
    const plan = await set.plan(`run ${run}`, request);
    const execution = { id: `run ${run}`, startedAt: plan.plannedAt };
    if (plan.successions.some(({ retiring }) => retiring === 'cert_acme0')) {
      const input = scopeInput(execution.id, plan);
      const activation = await activate(set.ports, input);
      await expect(verify(set.ports, overlap(input))).rejects.toMatchObject({ name: 'SuccessorRefused' });
      await undo(set.ports, { ...input, activation, halt: REFUSED });
      await restore(set.ports, { execution, plan });
    }
    await ends(set, execution.id, plan, request);
  }
  return (set.time.now - from) / 3_600;
}

describe('a run that an emergency takes over from, while what the emergency names goes on failing', () => {
  it('I10, I11: its clients are not left outside by a renewal that it has activated and could not take back', async () => {
    const set = await twoLines({ renewedFrom: 'cert_acme0', filter: NOBODY }, {});
    const plan = await set.plan('acme');
    const input = scopeInput('acme', plan);
    const activation = await activate(set.ports, input);
    await expect(verify(set.ports, overlap(input))).rejects.toMatchObject({ name: 'SuccessorRefused' });
    expect(await isIn(set, 'billing')).toBe('refused');
    // Verify tries this again for five minutes. Meanwhile a key leaks.
    const urgent = await set.plan('fire', fire);
    await expect(undo(set.ports, { ...input, activation, halt: REFUSED })).rejects.toMatchObject({
      name: 'Superseded',
    });
    set.running.delete('acme');
    await ends(set, 'fire', urgent, fire);
    expect(await hoursOutside(set)).toBeLessThan(4);
  });

  it('I10, I11: nor on the leaf that it has moved them to, where its cut was undone and they were not moved back', async () => {
    const set = await twoLines({}, { staged: { anchor: 'cert_acme1' } });
    const plan = await set.plan('acme');
    const input = scopeInput('acme', plan);
    const { execution } = input;
    await activate(set.ports, input);
    const { provenAt } = await verify(set.ports, overlap(input));
    const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
    await set.verdicts.leave({ execution, phase: 'overlap' }, proven);
    await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
    set.time.now += 7 * DAY;
    await deactivate(set.ports, input);
    set.world.organization.setFilter('cert_acme1', NOBODY);
    await expect(confirm(set.ports, input)).rejects.toMatchObject({
      name: 'SuccessorRefused',
    });
    expect(await undo(set.ports, { ...input, halt: REFUSED })).toMatchObject({
      reactivated: ['cert_acme0'],
    });
    // The other scopes of the wave take their time, and clients are moved back only after all scopes have
    // ended. Meanwhile a key leaks.
    const urgent = await set.plan('fire', fire);
    await expect(restore(set.ports, { execution, plan })).rejects.toMatchObject({ name: 'Superseded' });
    expect(await isIn(set, 'billing')).toBe('refused');
    set.running.delete('acme');
    await ends(set, 'fire', urgent, fire);
    expect(await hoursOutside(set)).toBeLessThan(4);
  });
});

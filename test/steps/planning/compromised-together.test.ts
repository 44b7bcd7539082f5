import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { type Request, requestSchema } from '../../../lambdas/domain/request.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { release } from '../../../lambdas/release.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import type { Ports } from '../../../simulation/in-process/ports.ts';
import { overlap, refusing, SILENT, saying, twoAuthorities } from '../saying.ts';
import { DAY, type Scene, scopeInput } from '../scene.ts';

/** Two authorities whose first keys leaked. */
const two = () => twoAuthorities(200);

/**
 * Runs one run as the machine does where each scope goes by itself. A halt is undone, and clients that were
 * proven are moved.
 */
async function run(set: Scene, ports: Ports, execution: string, request: Request) {
  const planned = await set.plan(execution, request, {}, ports);
  const about = { execution: { id: execution, startedAt: planned.plannedAt }, request, plan: planned };
  if (planned.decision === 'rotate') {
    const input = scopeInput(execution, planned);
    let done: object = {};
    try {
      done = { activation: await activate(ports, input) };
      const verification = await verify(ports, overlap(input));
      done = { ...done, verification };
      done = { ...done, promotion: await promoteScope(ports, { ...input, verification }) };
      await verify(ports, { ...input, moment: 'beforeCut' });
      const deactivation = await deactivate(ports, input);
      done = { ...done, deactivation };
      await confirm(ports, { ...input, deactivation });
      await release(ports, about);
    } catch (error) {
      const { name, message } = error as Error;
      const halt = { Error: name, Cause: message };
      const undone = await undo(ports, { ...input, ...done, halt });
      await promoteScope(ports, { ...input, halt, undo: undone });
      await release(ports, { ...about, halt });
    }
  } else await release(ports, about);
  set.running.delete(execution);
}

const fire = {
  mode: 'emergency' as const,
  anchors: ['cert_acme0', 'cert_keel0'],
  reason: 'they leaked',
};

/**
 * Returns what is active in the project some hours after an emergency on both authorities. Each run that the
 * schedule starts in that time is run.
 */
async function hoursLater(hours: number, set: Scene, ports: Ports): Promise<string[]> {
  const until = set.time.now + hours * 3_600;
  await run(set, ports, 'fire', fire);
  for (let n = 1; ; n++) {
    const [[name = '', at = ''] = []] = Object.entries(set.world.schedules.times());
    if (at === '' || secondsOf(at) > until) return set.activeIn('proj_a');
    set.time.now = secondsOf(at);
    await run(set, ports, `next-${n}`, requestSchema.parse(set.world.schedules.requestOf(name)));
  }
}

/**
 * Returns what is active in the project after ten days with a run every six hours. None of these runs is told
 * since when others have failed.
 */
async function tenDaysLater(set: Scene, ports: Ports): Promise<string[]> {
  await run(set, ports, 'fire', fire);
  for (let at = 1; at <= 40; at++) {
    set.time.now += DAY / 4;
    await run(set, ports, `run-${at}`, { mode: 'scheduled', ...(at % 2 && { othersFirst: true }) });
  }
  return set.activeIn('proj_a');
}

const silent = (set: Scene): Ports => ({
  ...set.ports,
  probe: saying(set.ports.probe, () => ({ 'of-keel': SILENT })),
});

const refusedByTheApi = (set: Scene): Ports => refusing(set, (_, ids) => ids.includes('cert_keel1'));

const refusedByItsFilter = (set: Scene): Ports => {
  const refused = { kind: 'refused', code: 'certificate_attribute_verification_failed' } as const;
  return { ...set.ports, probe: saying(set.ports.probe, () => ({ 'of-keel': refused })) };
};

describe('an emergency on two authorities in one scope (I16, I17)', () => {
  it.each([
    ['a client of the other never answers', silent],
    ['the API does not activate the successor of the other', refusedByTheApi],
    ['the filter of the successor of the other refuses its client', refusedByItsFilter],
  ])('does not leave the one active because %s', async (_, portsOf) => {
    const soon = await two();
    const hours = await hoursLater(2, soon, portsOf(soon));
    expect(hours).not.toContain('cert_acme0');
    expect(hours).toContain('cert_keel0');
    const late = await two();
    expect(await tenDaysLater(late, portsOf(late))).not.toContain('cert_acme0');
  });

  it('cuts both at once where nothing is wrong', async () => {
    const set = await two();
    expect(await hoursLater(0, set, set.ports)).toEqual(['cert_acme1', 'cert_keel1']);
  });
});

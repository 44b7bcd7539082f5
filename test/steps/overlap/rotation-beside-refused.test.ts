import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { restore } from '../../../lambdas/restore.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import type { Ports } from '../../../simulation/in-process/ports.ts';
import { overlap, refusing, SILENT, saying, twoAuthorities } from '../saying.ts';
import { DAY, HOST, type Scene, scopeInput } from '../scene.ts';

/** Two authorities that are due. */
const two = () => twoAuthorities(25);

/** Runs one rotation as the machine does, wave by wave. Everything that rotates is in one project. */
async function run(set: Scene, ports: Ports, id: string): Promise<void> {
  const plan = await set.plan(id, { mode: 'scheduled' }, {}, ports);
  const execution = { id, startedAt: plan.plannedAt };
  const about = { execution, request: {}, plan };
  if (plan.decision !== 'rotate') return void (await release(ports, about));
  const input = scopeInput(id, plan);
  const scope = 'proj_a';
  let phase: 'overlap' | 'cut' = 'overlap';
  let done: object = {};
  try {
    const activation = await activate(ports, input);
    done = { activation };
    const { provenAt } = await verify(ports, { ...overlap(input), activation });
    const proven = { scope, verdict: 'proven' as const, error: '', cause: '', provenAt };
    await set.verdicts.leave({ execution, phase }, proven);
    const verification = [{ anyHalted: false, provenAt }];
    const { soakUntil } = await promote(ports, { execution, plan, verification });
    set.time.now = Math.max(set.time.now, secondsOf(soakUntil));
    [phase, done] = ['cut', {}];
    await verify(ports, { ...input, moment: 'beforeCut' });
    const deactivation = await deactivate(ports, input);
    done = { deactivation };
    await confirm(ports, { ...input, deactivation });
    await release(ports, about);
  } catch (error) {
    const { name, message } = error as Error;
    const halt = { Error: name, Cause: message };
    await undo(ports, { ...input, ...done, halt });
    const halted = { scope, verdict: 'halted' as const, error: name, cause: message };
    await set.verdicts.leave({ execution, phase }, halted);
    if (phase === 'overlap') await promote(ports, { execution, plan, halt });
    await restore(ports, { execution, plan }).catch(() => {});
    await release(ports, { ...about, halt });
  }
  set.running.delete(id);
}

/** Returns what is active in the project a day before both anchors expire, with a run every day. */
async function aDayBefore(set: Scene, ports: Ports): Promise<string[]> {
  const end = set.time.now + 24 * DAY;
  for (let day = 1; set.time.now < end; day++) {
    await run(set, { ...ports, hosts: [HOST] }, `run-${day}`);
    set.running.delete(`run-${day}`);
    set.time.now += DAY;
  }
  return set.activeIn('proj_a');
}

it('I17: an anchor is rotated before it expires though the API does not activate the successor of another authority in its project', async () => {
  const set = await two();
  const picky = refusing(set, (_, ids) => ids.includes('cert_keel1'));
  expect(await aDayBefore(set, picky)).not.toContain('cert_acme0');
});

it('I17: nor does a client of another authority that never answers keep it from that', async () => {
  const set = await two();
  const probe = saying(set.ports.probe, () => ({ 'of-keel': SILENT }));
  expect(await aDayBefore(set, { ...set.ports, probe })).not.toContain('cert_acme0');
});

it('control: both are rotated where nothing is wrong', async () => {
  const set = await two();
  expect(await aDayBefore(set, set.ports)).toEqual(['cert_acme1', 'cert_keel1']);
});

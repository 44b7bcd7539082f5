import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Confirmation } from '../../../lambdas/domain/document.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn } from '../saying.ts';
import { DAY, failing, HOST, type Scene, scene, scopeInput } from '../scene.ts';

/** Runs one rotation to its end. Returns its successor, and whether billing got in right after the cut. */
async function run(set: Scene, id: string, meanwhile = () => {}, undoing = set.ports) {
  const pause = async (seconds: number) => {
    set.time.now += seconds;
  };
  const ports = { ...set.ports, hosts: [HOST], pause };
  const plan = await set.plan(id);
  const successor = plan.successions[0]?.successor;
  if (plan.decision !== 'rotate') return { successor, afterCut: 'not cut' };
  const input = scopeInput(id, plan);
  const activation = await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, activation, moment: 'overlap' });
  const about = { execution: input.execution, phase: 'overlap' as const };
  await set.verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
  await promote(ports, { execution: input.execution, plan, verification: [{ anyHalted: false, provenAt }] });
  set.time.now += 7 * DAY;
  await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  meanwhile();
  const afterCut = await isIn(set, 'billing');
  const error = await confirmed(
    set,
    () => confirm(ports, { ...input, deactivation }),
    (begin) => confirm(ports, { ...input, deactivation, begin }),
  );
  const halt = error && { Error: error.name, Cause: error.message };
  if (halt) await undo(undoing, { ...input, activation, deactivation, halt });
  await release(ports, { execution: input.execution, request: {}, plan, ...(halt && { halt }) });
  set.running.delete(id);
  set.time.now += DAY;
  return { successor, afterCut };
}

/**
 * Confirms as the machine does: once more after `settleSeconds`, where hosts may not have heard of the cut
 * yet. Returns the halt, or null.
 */
async function confirmed(
  set: Scene,
  first: () => Promise<Confirmation>,
  second: (begin: { settled: true }) => Promise<Confirmation>,
): Promise<Error | null> {
  try {
    const { settleSeconds = 0 } = await first();
    set.time.now += settleSeconds;
    if (settleSeconds > 0) await second({ settled: true });
    return null;
  } catch (error) {
    return error as Error;
  }
}

const OLD = { id: 'cert_acme0', expires: 29, in: ['proj_a'] };
/** An anchor that has cross-signed the last generation. Its filter knows its own leaves only. */
const VOUCHING = {
  ...{ id: 'cert_acme1', expires: 300, in: ['proj_a'] },
  filter: 'subject.common_name == "billing-v2"',
};
const billing = {
  ...{ name: 'billing', project: 'proj_a' },
  running: { anchor: 'cert_acme0', by: 'cert_acme1' },
};

it('I1, I10: a cut that locked a client out, and was undone for that, is not made again, while a leaf of another generation is staged that could be proven', async () => {
  const set = await scene(
    [OLD, VOUCHING, { id: 'cert_acme2', expires: 400 }],
    [{ ...billing, staged: { anchor: 'cert_acme2' } }],
  );
  expect(await isIn(set, 'billing')).toBe('accepted');
  expect(await run(set, 'one')).toEqual({ successor: 'cert_acme1', afterCut: 'refused' });
  expect(await isIn(set, 'billing')).toBe('accepted');
  expect(await run(set, 'two')).toEqual({ successor: 'cert_acme2', afterCut: 'accepted' });
});

it('I1, I10: nor where hosts hear of the cut after minutes, so that the second look alone finds it', async () => {
  const set = await scene(
    [OLD, VOUCHING, { id: 'cert_acme2', expires: 400 }],
    [{ ...billing, staged: { anchor: 'cert_acme2' } }],
  );
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 240));
  expect(await run(set, 'one')).toMatchObject({ successor: 'cert_acme1' });
  expect(await isIn(set, 'billing')).toBe('accepted');
  set.world.organization.delayBy(() => 0);
  expect(await run(set, 'two')).toMatchObject({ successor: 'cert_acme2' });
  expect(await isIn(set, 'billing')).toBe('accepted');
});

it('I13: nobody is turned away by what somebody has deactivated after the cut, and that cut is made again', async () => {
  const { filter: _, ...sound } = VOUCHING;
  // This anchor keeps mutual TLS enforced in the project.
  const other = { id: 'cert_keel0', expires: 900, in: ['proj_a'] };
  const set = await scene([OLD, sound, other], [billing]);
  const toggle = (to: 'activate' | 'deactivate') =>
    set.world.organization.toggle('proj_a', to, ['cert_acme1'], 'outsider');
  const first = await run(set, 'one', () => toggle('deactivate'));
  expect(first).toEqual({ successor: 'cert_acme1', afterCut: 'refused' });
  expect(await isIn(set, 'billing')).toBe('accepted');
  toggle('activate');
  expect(await run(set, 'two')).toEqual({ successor: 'cert_acme1', afterCut: 'accepted' });
});

it('I9, I13: one that may stand in the organization, for all that anybody can tell, has turned him away', async () => {
  const other = { id: 'cert_keel0', expires: 900, in: ['proj_a'] };
  const set = await scene([OLD, VOUCHING, other], [billing]);
  const mute = set.portsWith({
    wire: failing(({ op, scope }) => op === 'list' && scope === 'organization'),
  });
  const leave = () => set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
  expect(await run(set, 'one', leave, mute)).toEqual({ successor: 'cert_acme1', afterCut: 'refused' });
  set.world.organization.toggle('proj_a', 'activate', ['cert_acme1'], 'outsider');
  expect(await run(set, 'two')).toEqual({ successor: undefined, afterCut: 'not cut' });
});

describe('where nothing else is there to move to', () => {
  async function onceRefused() {
    const set = await scene([OLD, VOUCHING], [billing]);
    expect(await run(set, 'one')).toEqual({ successor: 'cert_acme1', afterCut: 'refused' });
    expect(await isIn(set, 'billing')).toBe('accepted');
    return set;
  }

  it('I13: it is blocked by the name of the client, and red, and everything stays as it is', async () => {
    const set = await onceRefused();
    const plan = await set.plan('two');
    const reason = expect.stringContaining('was refused by cert_acme1 with that very leaf');
    expect(plan).toMatchObject({
      ...{ decision: 'blocked', isRed: true },
      blocked: [{ anchor: 'cert_acme0', client: 'billing', reason }],
    });
    expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  });

  it('F16: a run that somebody starts by hand tries it again, and so does what comes after it', async () => {
    const set = await onceRefused();
    set.world.organization.setFilter('cert_acme1');
    const manual = await set.plan('two', { mode: 'manual' });
    expect(manual).toMatchObject({ decision: 'rotate', successions: [{ successor: 'cert_acme1' }] });
    set.running.delete('two');
    expect(await set.plan('three')).toMatchObject({ decision: 'rotate' });
  });

  it('another leaf of the client is another matter', async () => {
    const set = await onceRefused();
    await set.stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', as: 'billing-v2' });
    expect(await run(set, 'two')).toEqual({ successor: 'cert_acme1', afterCut: 'accepted' });
    expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
  });

  it('I1: an emergency does not cut it either, unless it names the client', async () => {
    const set = await onceRefused();
    const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
    const heldFor = ({ blocked }: Plan) => blocked.flatMap(({ client }) => client ?? []);
    expect(heldFor(await set.plan('two', emergency))).toEqual(['billing']);
    set.running.delete('two');
    const allowing = { ...emergency, leaveBehind: ['billing'], onListing: 'all' as const };
    expect(heldFor(await set.plan('three', allowing))).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { isInShard } from '../../../../lambdas/domain/cut/shards.ts';
import type { Shard } from '../../../../lambdas/domain/plan-document/shard.ts';
import { promote } from '../../../../lambdas/promote.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { isIn, onAcme } from '../../saying.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const filter = 'subject.common_name != "intruder"';
const search: SceneClient = { name: 'search', project: 'proj_a', running: { anchor: 'cert_keel0' } };
const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
const stock: SceneClient = {
  ...{ name: 'stock', project: 'proj_b', running: { anchor: 'cert_keel0' } },
  staged: { anchor: 'cert_keel1' },
};

/**
 * The witness gets in by acme1. As soon as keel1 is active, hosts check the clients of keel0 against keel1,
 * which may refuse search.
 */
async function widened(keel1: Partial<SceneAnchor>, beside: SceneClient[] = []) {
  const projects = ['proj_a', ...beside.map(({ project }) => project)];
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter },
    { id: 'cert_acme1', expires: 300 },
    { id: 'cert_keel0', expires: 20, in: projects },
    { id: 'cert_keel1', expires: 300, renewedFrom: 'cert_keel0', ...keel1 },
  ];
  const clients = [onAcme('billing', 'proj_a'), search, ...beside];
  const set = await scene(anchors, clients, { choice: 'last', witnesses: [intruder] });
  const plan = await set.plan('one', { mode: 'scheduled' }, { canary: ['proj_b'] });
  const ports = { ...set.ports, hosts: [HOST], pause: async () => {} };
  const input = scopeInput('one', plan);
  /** Runs the overlap of proj_a, for the whole scope or for one shard, and its undo. */
  async function halts(shard?: Shard) {
    const activation = await activate(ports, input);
    const look = verify(ports, { ...input, activation, moment: 'overlap', ...(shard && { shard }) });
    await expect(look).rejects.toMatchObject({ name: WIDENED.Error });
    return undo(ports, { ...input, activation, halt: WIDENED });
  }
  return { set, plan, ports, halts };
}
const TURNS_AWAY = { filter: 'subject.common_name != "search"' };

it('I10, F16: a renewal that turns its client away is taken back beside a witness that gets in by another successor, and the halt has the client', async () => {
  const { set, halts } = await widened(TURNS_AWAY);
  expect(await halts()).toMatchObject({
    takenBack: ['cert_acme1', 'cert_keel1'],
    also: expect.stringContaining('; clients were turned away there as well: search by cert_keel1; '),
  });
  expect(await isIn(set, 'search')).toBe('accepted');
});

it('I17: it stays where it lets its clients in', async () => {
  const { set, halts } = await widened({});
  expect(await halts()).toMatchObject({
    takenBack: ['cert_acme1'],
    also: '; cert_acme1 was deactivated in proj_a again',
  });
  expect(set.activeIn('proj_a')).toContain('cert_keel1');
});

const shards = [0, 1, 2].map((at) => ({ at, of: 3 }));
const own = shards.find((shard) => isInShard('intruder', shard) && !isInShard('search', shard));

it('I9, I18: it is taken back where the witness halts before another shard has seen who is refused', async () => {
  const { set, halts } = await widened(TURNS_AWAY);
  expect(await halts(own)).toMatchObject({ takenBack: ['cert_acme1', 'cert_keel1'] });
  expect(await isIn(set, 'search')).toBe('accepted');
});

it('I17: where nobody has seen it do wrong it waits for no person: the next run tries it again', async () => {
  const { set, halts } = await widened({});
  expect(await halts(own)).toMatchObject({ takenBack: ['cert_acme1', 'cert_keel1'] });
  set.running.clear();
  const { blocked, successions } = await set.plan('two');
  expect(blocked.map(({ anchor }) => anchor)).toEqual(['cert_acme0']);
  expect(successions.map(({ retiring }) => retiring)).toEqual(['cert_keel0']);
});

it('I8: nobody is moved to it by what an earlier wave has seen', async () => {
  const { set, plan, ports, halts } = await widened(TURNS_AWAY, [stock]);
  const { execution, goesWell } = overlapping(set, 'one', plan);
  await goesWell('proj_b');
  await halts();
  const { Error: error, Cause: cause } = WIDENED;
  await set.verdicts.leave(
    { execution, phase: 'overlap' },
    { scope: 'proj_a', verdict: 'halted', error, cause },
  );
  expect(await promote(ports, { execution, plan, halt: WIDENED })).toMatchObject({ promoted: [] });
});

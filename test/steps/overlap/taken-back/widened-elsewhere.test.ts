import { describe, expect, it } from 'vitest';
import { promote } from '../../../../lambdas/promote.ts';
import { release } from '../../../../lambdas/release.ts';
import { restore } from '../../../../lambdas/restore.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { moveToStaged } from '../../saying.ts';
import { failing, HOST, type SceneAnchor, type SceneClient, scene } from '../../scene.ts';

const policy = { canary: ['proj_a'] };
const both = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };
const clients: SceneClient[] = ['proj_a', 'proj_c'].map((project) => ({
  ...{ name: `billing-${project.at(-1)}`, project, ...both },
}));
const search: SceneClient = { name: 'search', project: 'proj_b', ...both };
// The witness calls with a key of proj_b, so no look in the other projects sees it.
const intruder: SceneClient = { name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } };

const anchors: SceneAnchor[] = [
  {
    ...{ id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b', 'proj_c'] },
    filter: 'subject.common_name != "intruder"',
  },
  { id: 'cert_acme1', expires: 300 },
];

/** The canary goes well. In the next wave the witness gets in at proj_b, and proj_c goes well. */
async function widened() {
  const set = await scene(anchors, [...clients, search], { witnesses: [intruder], projects: ['proj_c'] });
  const plan = await set.plan('one', { mode: 'scheduled' }, policy);
  const { execution, ports, goesWell, isWidened } = overlapping(set, 'one', plan);
  await goesWell('proj_a');
  await goesWell('proj_c');
  const seen = await isWidened('proj_b');
  /** The steps that the machine runs after the halt. */
  const input = { execution, plan };
  const moves = () => promote(ports, { ...input, halt: WIDENED });
  const takesBack = (on = ports) => undo(on, { ...input, halt: WIDENED, everywhere: true });
  return { ...set, ports, input, seen, moves, takesBack };
}

const SCOPES = ['proj_a', 'proj_b', 'proj_c'];

describe('a successor that has let a stranger in', () => {
  it('F16: is taken back in every scope where this run has activated it, and the sweep has nothing to name there', async () => {
    const set = await widened();
    // The scope that saw the witness leaves the other scopes to the run.
    expect(set.seen).toMatchObject({ takenBack: ['cert_acme1'] });
    expect(set.seen.also).not.toContain('proj_a');
    expect(await set.moves()).toMatchObject({ promoted: [] });
    await restore(set.ports, set.input);
    const { takenBack, also } = await set.takesBack();
    expect({ takenBack, also }).toEqual({
      takenBack: ['cert_acme1'],
      also: '; cert_acme1 was deactivated again as well in proj_a, proj_c',
    });
    expect(SCOPES.map(set.activeIn)).toEqual(SCOPES.map(() => ['cert_acme0']));
    await release(set.ports, { ...set.input, request: {}, halt: WIDENED });
    set.running.delete('one');
    // A day later the sweep leaves the pair to a person, and the stranger gets in nowhere meanwhile.
    set.time.now += 86_400;
    const sweep = await set.plan('two', { mode: 'scheduled' }, policy);
    expect(sweep.decision).toBe('blocked');
    expect(sweep.blocked.map(({ reason }) => reason).join()).not.toContain('still active');
    const { value = '{}' } = set.world.secrets.read('intruder', 'AWSCURRENT') ?? {};
    const { certificateChain, privateKey } = JSON.parse(value);
    const stranger = await set.ports.probe(HOST, {
      apiKey: 'sk-billing-a',
      certificateChain,
      privateKey,
    });
    expect(stranger.kind).toBe('refused');
  });

  it('F16: stays where somebody has come to run on it meanwhile, and the halt says what to do there', async () => {
    const set = await widened();
    await moveToStaged(set.secrets, 'billing-a');
    expect(await set.takesBack()).toMatchObject({
      takenBack: ['cert_acme1'],
      also: expect.stringMatching(
        /again as well in proj_c; this run leaves active cert_acme1 \(clients run on it, or may\) in proj_a: deactivate it there as well/,
      ),
    });
    expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  });

  it('I11: is taken back once, however often that is tried, and in the other scopes though one refuses', async () => {
    const set = await widened();
    const down = set.portsWith({
      wire: failing(({ op, scope }) => op === 'deactivate' && scope === 'proj_a'),
    });
    await expect(set.takesBack({ ...down, hosts: [HOST] })).rejects.toMatchObject({ name: 'ApiUnavailable' });
    expect(SCOPES.map(set.activeIn)).toEqual([['cert_acme0', 'cert_acme1'], ['cert_acme0'], ['cert_acme0']]);
    expect((await set.takesBack()).also).toBe('; cert_acme1 was deactivated again as well in proj_a');
    const lines = await set.journal.ofExecution(set.input.execution);
    const told = lines.filter(({ event, detail }) => event === 'undone' && detail.takenBack);
    expect(told.map(({ scope }) => scope).toSorted()).toEqual(SCOPES);
    expect(await set.takesBack()).toEqual({ takenBack: [], also: '' });
  });

  it('I12: is left as it is where another rotation has taken over', async () => {
    const set = await widened();
    await set.leases.take({ execution: 'fire', mode: 'emergency' });
    await expect(set.takesBack()).rejects.toMatchObject({ name: 'Superseded' });
    expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  });

  it('I11: is taken back where an earlier run has activated it and was stopped since', async () => {
    const set = await scene(anchors, [...clients, search], { witnesses: [intruder], projects: ['proj_c'] });
    const one = overlapping(set, 'one', await set.plan('one', { mode: 'scheduled' }, policy));
    await one.goesWell('proj_a');
    set.running.delete('one');
    set.time.now += 3_600;
    const plan = await set.plan('two', { mode: 'scheduled' }, policy);
    const { execution, ports, goesWell, isWidened } = overlapping(set, 'two', plan);
    await goesWell('proj_a');
    await isWidened('proj_b');
    const input = { execution, plan, halt: WIDENED, everywhere: true as const };
    expect((await undo(ports, input)).also).toBe('; cert_acme1 was deactivated again as well in proj_a');
    expect(SCOPES.map(set.activeIn)).toEqual(SCOPES.map(() => ['cert_acme0']));
  });
});

it('F16: a halt in which nobody saw a stranger takes nothing back anywhere', async () => {
  const set = await scene(anchors, clients, { projects: ['proj_c'] });
  const plan = await set.plan('one');
  const { execution, ports, goesWell } = overlapping(set, 'one', plan);
  await goesWell('proj_a');
  const halt = { Error: 'ScopeLost', Cause: 'proj_c left no verdict' };
  const input = { execution, plan, halt, everywhere: true as const };
  expect(await undo(ports, input)).toEqual({ takenBack: [], also: '' });
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
});

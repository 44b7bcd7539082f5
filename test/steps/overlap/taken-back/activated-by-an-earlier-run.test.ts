import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import {
  failing,
  HOST,
  type Scene,
  type SceneAnchor,
  type SceneClient,
  scene,
  scopeInput,
} from '../../scene.ts';

const billing: SceneClient = { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } };
const NOBODY = 'subject.common_name == "nobody"';
const FILTER = 'subject.common_name == "billing"';

/** Runs the overlap of proj_a as the machine does. Returns the halt, and a call that undoes it. */
async function overlapOf({ ports }: Scene, input: ReturnType<typeof scopeInput>) {
  const activation = await activate(ports, input);
  const halt = await verify({ ...ports, hosts: [HOST] }, { ...input, moment: 'overlap' }).then(
    () => null,
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  return { halt, undo: async (on = ports) => (halt ? undo(on, { ...input, activation, halt }) : null) };
}

/** The ways in which the run that activated the successor ends before it can take the successor back. */
const ends: [string, (set: Scene, one: Awaited<ReturnType<typeof overlapOf>>) => Promise<unknown>][] = [
  ['was stopped', async (set) => set.running.delete('one')],
  [
    'an emergency took over from',
    async (set) => {
      await set.leases.take({ execution: 'fire', mode: 'emergency' });
      set.running.delete('one');
      await set.leases.release('fire');
    },
  ],
  [
    'could not reach the API when it had written down that it takes it back',
    async (set, one) => {
      const down = set.portsWith({ wire: failing(({ op }) => op === 'deactivate') });
      await expect(one.undo(down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
      set.running.delete('one');
    },
  ],
];

describe('a renewal whose filter refuses the clients, which hosts ask first (F7)', () => {
  it.each(ends)(
    'I11: is taken back by the next run, where the run that has activated it %s',
    async (_, end) => {
      const anchors: SceneAnchor[] = [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', filter: NOBODY },
      ];
      const set = await scene(anchors, [billing], { choice: 'last' });
      const isIn = async () => {
        const held = await set.secrets.read('billing', 'AWSCURRENT');
        if (!held || !('apiKey' in held)) throw new Error('billing has a key');
        return (await set.ports.probe(HOST, held)).kind;
      };
      expect(await isIn()).toBe('accepted');
      const one = await overlapOf(set, scopeInput('one', await set.plan('one')));
      expect(one.halt).toMatchObject({ Error: 'SuccessorRefused' });
      expect(await isIn()).toBe('refused');
      await end(set, one);
      set.time.now += 3_600;
      const two = await overlapOf(set, scopeInput('two', await set.plan('two')));
      expect(two.halt).toMatchObject({ Error: 'SuccessorRefused' });
      await two.undo();
      expect(await isIn()).toBe('accepted');
    },
  );
});

/** Acme's second anchor lacks the first one's filter, so a stranger gets in by it. */
function withStranger(): Promise<Scene> {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: FILTER },
    { id: 'cert_acme1', expires: 300 },
  ];
  const intruder: SceneClient = { ...billing, name: 'intruder', running: { anchor: 'cert_acme1' } };
  const clients = [{ ...billing, staged: { anchor: 'cert_acme1' } }];
  return scene(anchors, clients, { witnesses: [intruder] });
}

describe('a successor without the filter of its predecessor, by which a stranger gets in (F16)', () => {
  it.each(ends)(
    'I11: is taken back by the next run, where the run that has activated it %s',
    async (_, end) => {
      const set = await withStranger();
      const one = await overlapOf(set, scopeInput('one', await set.plan('one')));
      expect(one.halt).toMatchObject({ Error: 'TrustWidened' });
      await end(set, one);
      set.time.now += 3_600;
      const two = await overlapOf(set, scopeInput('two', await set.plan('two')));
      expect(two.halt).toMatchObject({ Error: 'TrustWidened' });
      await two.undo();
      expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
    },
  );

  it('I4: stays where a person has activated it since a run of ours has taken it back', async () => {
    const set = await withStranger();
    const one = await overlapOf(set, scopeInput('one', await set.plan('one')));
    expect(await one.undo()).toMatchObject({ takenBack: ['cert_acme1'] });
    set.running.delete('one');
    set.time.now += 3_600;
    set.world.organization.toggle('proj_a', 'activate', ['cert_acme1'], 'outsider');
    const two = await overlapOf(set, scopeInput('two', await set.plan('two')));
    expect(two.halt).toMatchObject({ Error: 'TrustWidened' });
    await two.undo();
    expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  });

  it('I11: is taken back where the clock of the undo before was ahead of what has activated it since', async () => {
    const set = await withStranger();
    const asked = { mode: 'manual', reason: 'its filter is repaired' } as const;
    const one = await overlapOf(set, scopeInput('one', await set.plan('one')));
    const ahead = { ...set.ports, clock: () => set.time.now + 240 };
    expect(await one.undo(ahead)).toMatchObject({ takenBack: ['cert_acme1'] });
    set.running.delete('one');
    set.time.now += 60;
    await overlapOf(set, scopeInput('two', await set.plan('two', asked)));
    set.running.delete('two');
    set.time.now += 3_600;
    const three = await overlapOf(set, scopeInput('three', await set.plan('three', asked)));
    expect(await three.undo()).toMatchObject({ takenBack: ['cert_acme1'] });
  });

  it('I11: is taken back where the run that has activated it had begun before the one that took it back, and had the lease after it', async () => {
    const set = await withStranger();
    const asked = { mode: 'manual', reason: 'its filter is repaired' } as const;
    // The plan of this run fails before it has the lease, and is tried again minutes later.
    const startedAt = set.time.now;
    set.time.now += 60;
    const one = await overlapOf(set, scopeInput('one', await set.plan('one')));
    expect(await one.undo()).toMatchObject({ takenBack: ['cert_acme1'] });
    set.running.delete('one');
    set.time.now += 240;
    const late = scopeInput('late', await set.plan('late', asked, {}, set.ports, startedAt));
    late.execution.startedAt = new Date(startedAt * 1000).toISOString();
    await overlapOf(set, late);
    set.running.delete('late');
    set.time.now += 3_600;
    const three = await overlapOf(set, scopeInput('three', await set.plan('three', asked)));
    expect(await three.undo()).toMatchObject({ takenBack: ['cert_acme1'] });
  });

  it('I11: is taken back once the API deactivates again, though an earlier run was about to', async () => {
    const set = await withStranger();
    const down = set.portsWith({ wire: failing(({ op }) => op === 'deactivate') });
    for (const [run, ports] of [
      ['one', down],
      ['two', down],
      ['three', set.ports],
    ] as const) {
      const { undo } = await overlapOf({ ...set, ports }, scopeInput(run, await set.plan(run)));
      await Promise.resolve(undo()).catch(() => {});
      set.running.delete(run);
      set.time.now += 3_600;
    }
    expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
  });
});

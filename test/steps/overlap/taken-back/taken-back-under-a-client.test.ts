import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { DAY, HOST, NOW, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const FILTER = 'subject.common_name in ["billing", "daily"]';
const anchors: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: FILTER },
  { id: 'cert_acme1', expires: 300 },
];
const on = (name: string, running: SceneClient['running'], staged?: SceneClient['staged']): SceneClient => ({
  ...{ name, project: 'proj_a', running, ...(staged && { staged }) },
});

describe('a successor that an earlier run has activated, and that strangers get in by', () => {
  it.each<[string, (set: Awaited<ReturnType<typeof scene>>) => Promise<unknown>]>([
    [
      'a leaf of a few days, which proves no soak',
      (set) => {
        const leaf = { anchor: 'cert_acme1', until: NOW + 3 * DAY };
        return set.stage('daily', 'AWSCURRENT', leaf as SceneClient['running']);
      },
    ],
  ])('I1, F16: is not taken back from under a client that runs on it by now with %s', async (_, moves) => {
    const clients = [
      on('billing', { anchor: 'cert_acme0' }, { anchor: 'cert_acme1' }),
      on('daily', { anchor: 'cert_acme0' }),
    ];
    const set = await scene(anchors, clients, { witnesses: [on('intruder', { anchor: 'cert_acme1' })] });
    // A run activates acme1 and is stopped right after. Then daily's own renewal gives it a leaf of acme1.
    await activate(set.ports, scopeInput('one', await set.plan('one')));
    set.running.delete('one');
    await moves(set);
    const isIn = async () => {
      const held = await set.secrets.read('daily', 'AWSCURRENT');
      if (!held || !('apiKey' in held)) throw new Error('daily has a key');
      return (await set.ports.probe(HOST, held)).kind;
    };
    expect(await isIn()).toBe('accepted');
    set.time.now += 3_600;
    const input = scopeInput('two', await set.plan('two'));
    const activation = await activate(set.ports, input);
    const halt = await verify(set.ports, { ...input, moment: 'overlap' }).then(
      () => ({ Error: '', Cause: '' }),
      ({ name, message }: Error) => ({ Error: name, Cause: message }),
    );
    expect(halt.Error).toBe('TrustWidened');
    await undo(set.ports, { ...input, activation, halt });
    expect(await isIn()).toBe('accepted');
  });
});

it.each([
  ['has expired', 1, ['cert_acme0', 'cert_acme1', 'cert_globex0']],
  ['lets it in still', 20, ['cert_acme0', 'cert_globex0']],
] as const)(
  'I9, F16: where what it replaces %s, a client whose leaf leads nowhere by its secret may be let in by a renewal alone',
  async (_, expires, left) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires, in: ['proj_a'], filter: FILTER },
        { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        { id: 'cert_globex0', expires: 300, in: ['proj_a'] },
      ],
      [on('billing', { anchor: 'cert_acme0', flaw: 'unplaced' }, { anchor: 'cert_acme1' })],
      { witnesses: [on('intruder', { anchor: 'cert_acme1' })], choice: 'last' },
    );
    set.time.now += 2 * DAY;
    const input = scopeInput('one', await set.plan('one', { mode: 'manual', reason: 'by hand' }));
    const activation = await activate(set.ports, input);
    expect(set.activeIn('proj_a')).toContain('cert_acme1');
    await undo(set.ports, { ...input, activation, halt: { Error: 'TrustWidened', Cause: 'it gets in' } });
    expect(set.activeIn('proj_a').toSorted()).toEqual(left);
  },
);

it('I9, F16: a leaf of what is uploaded and has expired leads there, and its client may not be let in by a renewal of something else', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 1, in: ['proj_a'], filter: FILTER },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
      { id: 'cert_globex0', expires: 1, in: ['proj_a'] },
      { id: 'cert_globex1', expires: 300, in: ['proj_a'] },
    ],
    [on('billing', { anchor: 'cert_globex0' }, { anchor: 'cert_acme1' })],
    { witnesses: [on('intruder', { anchor: 'cert_acme1' })] },
  );
  set.time.now += 2 * DAY;
  const input = scopeInput('one', await set.plan('one', { mode: 'manual', reason: 'by hand' }));
  const activation = await activate(set.ports, input);
  expect(set.activeIn('proj_a')).toContain('cert_acme1');
  await undo(set.ports, { ...input, activation, halt: { Error: 'TrustWidened', Cause: 'it gets in' } });
  expect(set.activeIn('proj_a')).not.toContain('cert_acme1');
});

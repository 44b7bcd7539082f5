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
    // A run activates acme1, and is stopped right after it. Daily's own renewal gives it a leaf of acme1.
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

import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { DAY, type SceneClient, scene, scopeInput } from '../../scene.ts';
import { uploadIssuer } from '../../uploaded-issuer.ts';

const FILTER = 'subject.common_name in ["billing", "daily"]';
const on = (name: string, running: SceneClient['running'], staged?: SceneClient['staged']): SceneClient => ({
  ...{ name, project: 'proj_a', running, ...(staged && { staged }) },
});

/**
 * Returns what stays active after a stranger got in by acme's renewal. The secret of stock holds a leaf
 * without its chain, below an uploaded CA of globex. `globex` are the scopes where globex's root is active.
 */
async function left(globex: string[]) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 1, in: ['proj_a'], filter: FILTER },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
      { id: 'cert_globex0', expires: 300, in: globex },
      { id: 'cert_other0', expires: 300, in: ['proj_a'] },
    ],
    [
      on('billing', { anchor: 'cert_other0' }, { anchor: 'cert_acme1' }),
      on('stock', { anchor: 'cert_globex0', flaw: 'unplaced' }),
    ],
    { witnesses: [on('intruder', { anchor: 'cert_acme1' })], choice: 'last' },
  );
  uploadIssuer(set, 'globex', 'stock');
  set.time.now += 2 * DAY;
  const input = scopeInput('one', await set.plan('one', { mode: 'manual', reason: 'by hand' }));
  const activation = await activate(set.ports, input);
  expect(set.activeIn('proj_a')).toContain('cert_acme1');
  await undo(set.ports, { ...input, activation, halt: { Error: 'TrustWidened', Cause: 'it gets in' } });
  return set.activeIn('proj_a');
}

it.each([
  ['inactive (control)', []],
  ['active there as well', ['proj_a']],
])(
  'F16: a leaf below a CA of another authority keeps no successor that lets strangers in: its root is %s',
  async (_, globex) => {
    expect(await left(globex)).not.toContain('cert_acme1');
  },
);

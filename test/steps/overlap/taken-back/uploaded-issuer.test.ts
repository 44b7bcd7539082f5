import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { DAY, type SceneClient, scene, scopeInput } from '../../scene.ts';
import { uploadIssuer } from '../../uploaded-issuer.ts';

const FILTER = 'subject.common_name in ["billing", "daily"]';
const on = (name: string, running: SceneClient['running'], staged?: SceneClient['staged']): SceneClient => ({
  ...{ name, project: 'proj_a', running, ...(staged && { staged }) },
});

it.each([
  ['not uploaded (control)', false],
  ['uploaded, and active nowhere', true],
])(
  'I9, I1: a client whose secret has the leaf alone, below a CA that is %s, may be let in by the renewal alone, which stays',
  async (_, isUploaded) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 1, in: ['proj_a'], filter: FILTER },
        { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        { id: 'cert_globex0', expires: 300, in: ['proj_a'] },
      ],
      [on('billing', { anchor: 'cert_acme0', flaw: 'unplaced' }, { anchor: 'cert_acme1' })],
      { witnesses: [on('intruder', { anchor: 'cert_acme1' })], choice: 'last' },
    );
    if (isUploaded) uploadIssuer(set, 'acme', 'billing');
    set.time.now += 2 * DAY;
    const input = scopeInput('one', await set.plan('one', { mode: 'manual', reason: 'by hand' }));
    const activation = await activate(set.ports, input);
    expect(set.activeIn('proj_a')).toContain('cert_acme1');
    await undo(set.ports, { ...input, activation, halt: { Error: 'TrustWidened', Cause: 'it gets in' } });
    expect(set.activeIn('proj_a').toSorted()).toEqual(['cert_acme0', 'cert_acme1', 'cert_globex0']);
  },
);

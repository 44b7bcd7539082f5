import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

/** Acme's second anchor has cross-signed the first, as CAs do, and clients send that certificate along. */
const crossSigned = () =>
  scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a' },
        running: { anchor: 'cert_acme0', by: 'cert_acme1' },
        staged: { anchor: 'cert_acme1' },
      },
    ],
  );

it('I15: an emergency is not green whose own successor vouches for the leaked key', async () => {
  const set = await crossSigned();
  const { ports } = set;
  const planned = await set.plan('fire', fire);
  const input = scopeInput('fire', planned);
  const activation = await activate(ports, input);
  const verification = await verify(ports, { ...input, moment: 'overlap' });
  await promoteScope(ports, { ...input, verification });
  await verify(ports, { ...input, moment: 'beforeCut' });
  await deactivate(ports, input);
  await confirm(ports, input);
  expect(activation.activated).toEqual(['cert_acme1']);
  // A leaf of the leaked key, sent with a cross-certificate that is public.
  const old = await set.secrets.read('billing', 'AWSPREVIOUS');
  if (!old || !('apiKey' in old)) throw new Error('billing has a key');
  const verdict = await ports.probe(HOST, old);
  // Nothing has halted, so the run is red only where its plan says so.
  expect({ leaked: verdict.kind, isRed: planned.isRed }).not.toEqual({ leaked: 'accepted', isRed: false });
});

it('I15: the plan of an emergency names a successor that vouches for the leaked key', async () => {
  const set = await crossSigned();
  const { blocked } = await set.plan('fire', fire);
  expect(blocked).toEqual([expect.objectContaining({ anchor: 'cert_acme1' })]);
});

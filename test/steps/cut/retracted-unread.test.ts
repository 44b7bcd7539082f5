import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme, overlap } from '../saying.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

it('I16, I17: what an emergency names by its id is cut, though the API cannot show the certificate of another anchor with its key right then', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 250, in: ['proj_a'], renewedFrom: 'cert_acme0' },
      { id: 'cert_acme2', expires: 300 },
    ],
    [{ ...onAcme('billing', 'proj_a'), staged: { anchor: 'cert_acme2' } }],
  );
  const ports = { ...set.ports, hosts: [HOST] };
  const request = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const input = scopeInput('fire', await set.plan('fire', request));
  expect(input.plan.successions).toHaveLength(2);
  await activate(ports, input);
  const verification = await verify(ports, overlap(input));
  const promotions = input.plan.checks.map(({ client, secret, leaf }) => ({ client, secret, leaf }));
  await promoteScope(ports, { ...input, plan: { ...input.plan, promotions }, verification });
  await verify(ports, { ...input, moment: 'beforeCut' });
  // Nobody has taken a name back. The API answers lists and toggles, and only fails to show one certificate.
  const { certificates } = ports;
  const content: typeof certificates.content = async (id) => {
    if (id === 'cert_acme1') throw new WindlassError('ApiUnavailable', '503');
    return certificates.content(id);
  };
  await deactivate({ ...ports, certificates: { ...certificates, content } }, input).catch(() => {});
  expect(set.activeIn('proj_a')).toEqual(['cert_acme2']);
});

import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { HOST, scene, scopeInput } from '../../scene.ts';

async function calls(moment: 'beforehand' | 'overlap') {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
  );
  const input = scopeInput('one', await set.plan('one', { mode: 'scheduled' }, { evidence: 'listing' }));
  let made = 0;
  const probe: typeof set.ports.probe = async (host, asked) => {
    made++;
    return set.ports.probe(host, asked);
  };
  const ports = { ...set.ports, hosts: [HOST], probe };
  if (moment === 'overlap') await activate(ports, input);
  await verify(ports, { ...input, moment });
  return made;
}
it('control: in the overlap the wire is left alone', async () => {
  expect(await calls('overlap')).toBe(0);
});
it('evidence `listing`: so it is beforehand', async () => {
  expect(await calls('beforehand')).toBe(0);
});

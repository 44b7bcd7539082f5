import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

const FILTER = 'subject.common_name == "billing"';
const billing: SceneClient = {
  name: 'billing',
  project: 'proj_a',
  running: { anchor: 'cert_acme0' },
  staged: { anchor: 'cert_acme1' },
};
const anchors = (filter?: string): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: FILTER },
  { id: 'cert_acme1', expires: 300, ...(filter && { filter }) },
];

it('F16: a witness whose secret nobody can call with is a missing one: its cut waits by name, before anything is touched', async () => {
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors(FILTER), [billing], { witnesses: [intruder] });
  const { value = '' } = set.world.secrets.read('intruder', 'AWSCURRENT') ?? {};
  const { apiKey: _, ...leaf } = JSON.parse(value);
  const keyless = { ...leaf, identityProviderId: 'idp_acme', serviceAccountId: 'svc_intruder' };
  set.world.secrets.put('intruder', JSON.stringify(keyless), ['AWSCURRENT']);
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  const halted = await verify(set.ports, { ...input, moment: 'overlap' }).then(
    () => null,
    ({ name, message }) => `${name}: ${message}`,
  );
  expect({ halted, blocked: plan.blocked.map(({ witness }) => witness) }).toEqual({
    halted: null,
    blocked: ['intruder'],
  });
  expect(plan.blocked[0]?.reason).toContain('a witness needs an apiKey');
});

it('F16: a keyless version of a witness beside one that has a key is passed over', async () => {
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors(FILTER), [billing], { witnesses: [intruder] });
  const { value = '' } = set.world.secrets.read('intruder', 'AWSCURRENT') ?? {};
  const { apiKey: _, ...leaf } = JSON.parse(value);
  const keyless = { ...leaf, identityProviderId: 'idp_acme', serviceAccountId: 'svc_intruder' };
  set.world.secrets.put('intruder', JSON.stringify(keyless), ['AWSPENDING']);
  const plan = await set.plan('one');
  expect(plan.blocked).toEqual([]);
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  expect(await verify(set.ports, { ...input, moment: 'overlap' })).toMatchObject({ probes: 3 });
});

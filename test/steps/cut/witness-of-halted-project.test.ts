import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { intruder, sendingBoth } from '../both-paths.ts';
import { onAcme } from '../saying.ts';
import { type Scene, type SceneAnchor, scene, scopeInput } from '../scene.ts';

const FILTER = 'subject.common_name != "intruder"';
const BOTH = ['organization', 'proj_a'];

/** A rotation whose overlap has gone well; the intruder calls from proj_a, where the old anchor is active as well. */
async function soaked(filter?: string) {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: BOTH, filter: FILTER },
    { id: 'cert_acme1', expires: 300, ...(filter !== undefined && { filter }) },
  ];
  const clients = [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')];
  const set = await scene(anchors, clients, { witnesses: [intruder], choice: 'first' });
  sendingBoth(set);
  const planned = await set.plan('one');
  for (const scope of ['proj_a', 'organization']) {
    const input = scopeInput('one', planned, scope);
    await activate(set.ports, input);
    await verify(set.ports, { ...input, moment: 'overlap' });
  }
  for (const client of ['billing', 'search']) {
    const { versionId = '' } = (await set.secrets.read(client, 'AWSPENDING')) ?? {};
    await set.secrets.promote(client, versionId);
  }
  return { set, inputOf: (scope: string) => scopeInput('one', planned, scope) };
}

/** One scope's way from its proof to its confirmation. */
async function cut({ ports }: Scene, input: ReturnType<typeof scopeInput>) {
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  return confirm(ports, { ...input, verification, deactivation } as never);
}

it('F16: the organization is not cut where only the old anchor of a project that halted keeps the witness out', async () => {
  const { set, inputOf } = await soaked();
  // proj_a is never cut: it was stopped before, say.
  await expect(cut(set, inputOf('organization'))).rejects.toMatchObject({
    name: 'ProbeRefused',
    message: expect.stringContaining('proj_a'),
  });
  expect(set.activeIn('organization')).toEqual(['cert_acme0', 'cert_acme1']);
});

it('F16: it is cut once that project is', async () => {
  const { set, inputOf } = await soaked(FILTER);
  for (const scope of ['proj_a', 'organization']) await cut(set, inputOf(scope));
  expect(set.activeIn('organization')).toEqual(['cert_acme1']);
});

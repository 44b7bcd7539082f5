import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { retriedAs, WindlassError } from '../../../lambdas/domain/errors.ts';
import { verify } from '../../../lambdas/verify.ts';
import { intruder, sendingBoth } from '../both-paths.ts';
import { moveToStaged, onAcme } from '../saying.ts';
import { DAY, type Scene, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

const FILTER = 'subject.common_name != "intruder"';
const BOTH = ['organization', 'proj_a'];

/**
 * A rotation after an overlap that has gone well. The witness calls from proj_a, where the old anchor is
 * active as well.
 */
async function soaked(
  filter?: string,
  {
    beside = [],
    of = [],
    staged = null,
  }: { beside?: SceneAnchor[]; of?: SceneClient[]; staged?: SceneClient['staged'] } = {},
) {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: BOTH, filter: FILTER },
    { id: 'cert_acme1', expires: 300, ...(filter !== undefined && { filter }) },
    ...beside,
  ];
  const clients = [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b'), ...of];
  const set = await scene(anchors, clients, { witnesses: [{ ...intruder, staged }], choice: 'first' });
  sendingBoth(set);
  const planned = await set.plan('one');
  for (const scope of ['proj_a', 'organization']) {
    const input = scopeInput('one', planned, scope);
    await activate(set.ports, input);
    await verify(set.ports, { ...input, moment: 'overlap' });
  }
  for (const { name } of clients) {
    await moveToStaged(set.secrets, name);
  }
  return { set, inputOf: (scope: string) => scopeInput('one', planned, scope) };
}

/** Runs one scope from its last look before the cut to its confirmation. */
async function cut({ ports }: Scene, input: ReturnType<typeof scopeInput>) {
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  return confirm(ports, { ...input, verification, deactivation } as never);
}

it('F16: the organization is not cut where only the old anchor of a project that halted keeps the witness out', async () => {
  const { set, inputOf } = await soaked();
  // proj_a is not cut before the organization, for example because it halted.
  await expect(cut(set, inputOf('organization'))).rejects.toMatchObject({
    name: 'WitnessUnjudged',
    message: expect.stringContaining('proj_a'),
  });
  expect(set.activeIn('organization')).toEqual(['cert_acme0', 'cert_acme1']);
});

it('F16: it is cut once that project is', async () => {
  const { set, inputOf } = await soaked(FILTER);
  for (const scope of ['proj_a', 'organization']) await cut(set, inputOf(scope));
  expect(set.activeIn('organization')).toEqual(['cert_acme1']);
});

it('I17: nor waits the organization for it once its old anchor has expired, since that keeps nobody out', async () => {
  const { set } = await soaked(FILTER);
  set.running.delete('one');
  set.time.now += 21 * DAY;
  await cut(set, scopeInput('two', await set.plan('two'), 'organization'));
  expect(set.activeIn('organization')).toEqual(['cert_acme1']);
});

/** Another authority, which retires in the organization alone. */
const OTHER_AUTHORITY: { beside: SceneAnchor[]; of: SceneClient[] } = {
  beside: [
    { id: 'cert_keel0', expires: 20, in: ['organization'] },
    { id: 'cert_keel1', expires: 300, filter: FILTER },
  ],
  of: [
    {
      ...{ name: 'mail', project: 'proj_b' },
      ...{ running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } },
    },
  ],
};

it.each([
  ['', null],
  [
    ', also where the witness has a leaf of that one, which its project does not know',
    { anchor: 'cert_keel1' },
  ],
])('I17: another authority of the organization is cut and confirmed all the same%s', async (_, staged) => {
  const { set, inputOf } = await soaked(FILTER, { staged, ...OTHER_AUTHORITY });
  await expect(cut(set, inputOf('organization'))).rejects.toMatchObject({
    name: 'WitnessUnjudged',
    message: expect.stringContaining('cert_acme0 was not cut in organization'),
  });
  expect(set.activeIn('organization')).toEqual(['cert_acme0', 'cert_acme1', 'cert_keel1']);
  expect(await set.ports.journal.cuts()).toEqual([]);
});

it('I10: no step tries again what ends a scope that was cut but for one anchor: the cut is confirmed and forgotten, and whom another look saw refused no undo would let in', async () => {
  const { set, inputOf } = await soaked(FILTER, OTHER_AUTHORITY);
  const halt: WindlassError = await cut(set, inputOf('organization')).then(
    () => expect.unreachable(),
    (error) => error,
  );
  expect([retriedAs(halt.name), await set.ports.journal.cuts()]).toEqual(['never', []]);
});

it('I13, I17: it hides nothing that the API does not take, and the halt has both', async () => {
  const { set, inputOf } = await soaked(FILTER, OTHER_AUTHORITY);
  const deactivating: typeof set.certificates.deactivate = async (scope, ids) => {
    if (ids.includes('cert_keel0')) throw new WindlassError('ApiRefused', '400 cert_keel0: no');
    await set.certificates.deactivate(scope, ids);
  };
  const ports = { ...set.ports, certificates: { ...set.certificates, deactivate: deactivating } };
  await expect(cut({ ...set, ports }, inputOf('organization'))).rejects.toMatchObject({
    name: 'ApiRefused',
    message: expect.stringMatching(/cert_keel0: no; .*cert_acme0 was not cut in organization/),
  });
});

import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { onAcme, twoAuthorities } from '../saying.ts';
import { HOST, type Scene, type SceneAnchor, scene, scopeInput } from '../scene.ts';
import { beforeTheCut, cut } from '../stubborn.ts';

const leaked: Request = { mode: 'emergency', anchors: ['cert_acme0', 'cert_keel0'], reason: 'they leaked' };

it.each([
  ['I16: a compromised anchor', leaked, 200],
  ['I17: an anchor that is due', { mode: 'scheduled' } as const, 20],
])(
  '%s that the API does not deactivate keeps no other of its scope active or unconfirmed',
  async (_, request, expires) => {
    const at = await beforeTheCut(await twoAuthorities(expires), request, ['cert_keel0']);
    expect(await cut(at)).toEqual({ Error: 'ApiRefused', Cause: '400 cert_keel0: no' });
    expect(at.set.activeIn('proj_a')).toEqual(['cert_acme1', 'cert_keel0', 'cert_keel1']);
    const left = await at.ports.journal.cuts();
    expect(left.map(({ retiring }) => retiring)).not.toContain('cert_acme0');
  },
);

it('I17: a scope halts before its confirmation where the API takes none of its anchors', async () => {
  const at = await beforeTheCut(await twoAuthorities(200), leaked, ['cert_acme0', 'cert_keel0']);
  await expect(deactivate(at.ports, at.input)).rejects.toMatchObject({ name: 'ApiRefused' });
});

it('F19: what the API has refused is written down though the scope cannot be listed afterwards', async () => {
  const at = await beforeTheCut(await twoAuthorities(200), leaked, ['cert_acme0', 'cert_keel0']);
  const { certificates } = at.ports;
  const alone: string[] = [];
  const deaf: typeof certificates = {
    ...certificates,
    deactivate: (...call) => {
      if (call[1].length === 1) alone.push(...call[1]);
      return certificates.deactivate(...call);
    },
    list: (scope) =>
      alone.length === 2
        ? Promise.reject(new WindlassError('ApiUnavailable', '503'))
        : certificates.list(scope),
  };
  const attempt = deactivate({ ...at.ports, certificates: deaf }, at.input);
  await expect(attempt).rejects.toMatchObject({ name: 'ApiUnavailable' });
  const { lines } = await at.ports.journal.changes(0);
  // Lines of the same second have no order in the trail.
  expect(lines.find(({ detail }) => detail.notTaken)).toMatchObject({
    event: 'deactivating',
    detail: { notTaken: alone },
  });
});

/**
 * Two anchors of one authority that are due together. Their only client runs on the first. `second` changes
 * the second anchor.
 */
const twoOfOneLine = (second: Partial<SceneAnchor> = {}): Promise<Scene> =>
  scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { ...{ id: 'cert_acme1', expires: 20, in: ['proj_a'] }, ...second },
      { id: 'cert_acme2', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a' },
        ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme2' } },
      },
    ],
  );

it.each([
  ['cert_acme1', 'cert_acme0', ['billing']],
  ['cert_acme0', 'cert_acme1', []],
])(
  'I17: where the API does not deactivate %s, %s is confirmed though they have one successor',
  async (stubborn, other, refused) => {
    const at = await beforeTheCut(await twoOfOneLine(), { mode: 'scheduled' }, [stubborn]);
    expect(await cut(at)).toEqual({ Error: 'ApiRefused', Cause: `400 ${stubborn}: no` });
    expect(at.set.activeIn('proj_a')).toEqual([stubborn, 'cert_acme2']);
    const left = await at.ports.journal.cuts();
    expect(left.map(({ retiring }) => retiring)).not.toContain(other);
    const confirmed = at.set.entries().filter(({ event }) => event === 'confirmed');
    expect(confirmed.map(({ detail }) => detail)).toEqual([expect.objectContaining({ refused })]);
  },
);

it('I10: a cut is not confirmed while the old leaf gets in by another anchor that was not cut', async () => {
  const renewal = await twoOfOneLine({ renewedFrom: 'cert_acme0' });
  const at = await beforeTheCut(renewal, { mode: 'scheduled' }, ['cert_acme1']);
  expect(await cut(at)).toEqual({ Error: 'ApiRefused', Cause: '400 cert_acme1: no' });
  expect(at.set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1', 'cert_acme2']);
});

it('I17: shards are confirmed without the anchor that the API did not deactivate, and the scope for what was cut', async () => {
  const at = await beforeTheCut(await twoOfOneLine(), { mode: 'scheduled' }, ['cert_acme1']);
  const input = { ...at.input, deactivation: await deactivate(at.ports, at.input) };
  const seen = await confirm(at.ports, { ...input, shard: { at: 0, of: 1 } });
  expect(seen.refused).toEqual(['billing']);
  const summed = { ...input, confirmations: [seen] };
  await expect(confirm(at.ports, summed)).rejects.toMatchObject({ name: 'ApiRefused' });
  expect((await at.ports.journal.cuts()).map(({ retiring }) => retiring)).toEqual(['cert_acme1']);
});

it('I17: the organization’s cut is not undone for an old leaf that gets in by what the API did not deactivate in its project', async () => {
  const anchors = [
    { id: 'cert_acme0', expires: 200, in: ['organization', 'proj_a'] },
    { id: 'cert_acme1', expires: 300 },
    { id: 'cert_keel0', expires: 200, in: ['proj_a'] },
    { id: 'cert_keel1', expires: 300 },
  ];
  const [running, staged] = [{ anchor: 'cert_keel0' }, { anchor: 'cert_keel1' }];
  const search = { name: 'search', project: 'proj_a', running, staged };
  const set = await scene(anchors, [onAcme('billing', 'proj_a'), search]);
  const at = await beforeTheCut(set, leaked, ['cert_acme0'], 'proj_a');
  expect(await cut(at)).toEqual({ Error: 'ApiRefused', Cause: '400 cert_acme0: no' });
  const input = scopeInput('one', at.plan, 'organization');
  await activate(set.ports, input);
  await deactivate(set.ports, input);
  expect(await confirm({ ...set.ports, hosts: [HOST] }, input)).toMatchObject({ refused: [] });
  const confirmed = set.entries().findLast(({ event }) => event === 'confirmed');
  expect(confirmed?.detail).toMatchObject({ judgedElsewhere: ['billing'] });
});

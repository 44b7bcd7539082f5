import { describe, expect, it } from 'vitest';
import { scene } from '../scene.ts';

const cut = { scope: 'proj_z', retiring: 'cert_old0', successor: 'cert_old1', compromised: true };
const leaked = { mode: 'emergency' as const, anchors: ['cert_old0'], reason: 'its key leaked' };

/**
 * The journal remembers an anchor and a cut of one organization, and the admin key belongs to another. The
 * configured client is in `project`.
 */
async function behindAnotherKey(project: string) {
  const set = await scene(undefined, [{ name: 'billing', project, running: { anchor: 'cert_acme0' } }]);
  const cutAt = new Date((set.time.now - 86_400) * 1000).toISOString();
  await set.journal.rememberSeen([{ kind: 'anchor', id: 'cert_old0', value: 'old@0' }]);
  await set.journal.rememberCuts([{ ...cut, cutAt }]);
  return set;
}

describe('an admin key of another organization', () => {
  it.each([
    ['a sweep', { mode: 'scheduled' as const }],
    ['a run by hand', { mode: 'manual' as const }],
    ['an emergency', leaked],
  ])('ends %s red, which forgets nothing that is remembered (I13, I15)', async (_, request) => {
    const set = await behindAnotherKey('proj_z');
    const refused = set.plan('one', request);
    await expect(refused).rejects.toMatchObject({
      name: 'AdminKeyRefused',
      message: expect.stringMatching(
        /none of the anchors that were there before \(cert_old0\), nor a project of a configured client \(proj_z\)/,
      ),
    });
    expect(await set.journal.cuts()).toHaveLength(1);
    const named = request.mode === 'emergency' ? [{ anchorId: 'cert_old0' }] : [];
    expect(await set.journal.compromised()).toMatchObject(named);
  });

  it('is not suspected where a configured project is there: every anchor may have been replaced', async () => {
    const set = await behindAnotherKey('proj_a');
    expect(await set.plan('one')).toMatchObject({ mode: 'scheduled' });
  });
});

describe('a first run', () => {
  const ours = (project: string) => [{ name: 'billing', project, running: { anchor: 'cert_acme0' } }];

  it.each([{ mode: 'scheduled' as const }, { mode: 'manual' as const }])(
    'touches nothing where no configured project is there: the key may be another organization (I1) (%j)',
    async (request) => {
      const set = await scene(undefined, ours('proj_z'));
      await expect(set.plan('one', request)).rejects.toMatchObject({
        name: 'AdminKeyRefused',
        message:
          "the organization of the admin key has no project of a configured client (proj_z): nothing was changed. Where the key is another organization's, put this one's into the admin secret. Where these projects are archived or mistyped, correct the clients in cdk.json and deploy",
      });
      expect(await set.journal.seen()).toEqual([]);
    },
  );

  it('goes on where one of them is there, and where it is an emergency for an anchor that exists (I16)', async () => {
    const set = await scene(undefined, [...ours('proj_z'), ...ours('proj_a')]);
    expect(await set.plan('one')).toMatchObject({ mode: 'scheduled' });
    const other = await scene(undefined, ours('proj_z'));
    const leak = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
    expect(await other.plan('one', leak)).toMatchObject({ mode: 'emergency' });
  });
});

it('I16: nobody is refused where no client is configured: every anchor may have been replaced', async () => {
  const set = await scene(undefined, []);
  await set.journal.rememberSeen([{ kind: 'anchor', id: 'cert_old0', value: 'old@0' }]);
  expect(await set.plan('one')).toMatchObject({ mode: 'scheduled' });
  await set.leases.release('one');
  set.running.delete('one');
  await expect(set.plan('two', leaked)).rejects.toMatchObject({ name: 'UnknownAnchor' });
});

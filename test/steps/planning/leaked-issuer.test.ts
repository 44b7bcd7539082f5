import { expect, it } from 'vitest';
import { keyDigestOf } from '../../../lambdas/adapters/x509/keys.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { authorityOf, issuingKeyOf } from '../../../simulation/certificates/material.ts';
import { scene } from '../scene.ts';

/** The key of a CA below acme's first root. Acme's second root has certified that CA as well. */
const KEY = issuingKeyOf(authorityOf('acme', 0));
const ID = `key:${KEY}`;
const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const leaked = { ...fire, keys: [KEY] };

const recertified = () =>
  scene(undefined, [
    {
      ...{ name: 'billing', project: 'proj_a' },
      running: { anchor: 'cert_acme0', intermediate: true },
      staged: { anchor: 'cert_acme1', sameAs: 'cert_acme0' },
    },
  ]);

it('I15: what has certified a CA whose key is named takes over from nothing, by name', async () => {
  const { plan } = await recertified();
  const { decision, blocked, isRed, successions } = await plan('fire', leaked);
  expect({ decision, isRed, successions }).toEqual({ decision: 'blocked', isRed: true, successions: [] });
  expect(blocked).toEqual([expect.objectContaining({ anchor: 'cert_acme0' })]);
  expect(blocked[0]?.reason).toContain('cert_acme1');
  expect(blocked[0]?.reason).toContain('is in the chain of billing');
});

it('I15: the key is remembered by its digest, with who has certified it, and no later run forgets', async () => {
  const { plan, ports } = await recertified();
  await plan('fire', leaked);
  const remembered = await ports.journal.compromised();
  expect(remembered.find(({ anchorId }) => anchorId === ID)).toMatchObject({
    ...{ keyDigest: KEY, reason: 'its key leaked' },
    certifiedBy: expect.arrayContaining(['cert_acme0', 'cert_acme1']),
  });
  await ports.leases.release('fire');
  expect(await plan('again', fire)).toMatchObject({ decision: 'blocked', isRed: true });
});

const DAY = 86_400;

/**
 * Uploads root 1 again under another id, renewed or unchanged. No secret holds its certificate for the leaked
 * CA any more.
 */
async function uploadedAgain(of: Awaited<ReturnType<typeof recertified>>, renewed: boolean) {
  const { world, stage, time, ports } = of;
  const { pem } = renewed ? authorityOf('acme', 2, true) : authorityOf('acme', 1);
  const about = { id: 'cert_again', name: 'acme@2', createdAt: time.now, expiresAt: time.now + 400 * DAY };
  world.organization.seed({ ...about, pem }, []);
  await stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', intermediate: true });
  await ports.leases.release('fire');
}

it.each([
  ['renewed', true, false],
  ['as it was', false, false],
  ['renewed, and its first upload deleted', true, true],
  ['as it was, and its first upload deleted', false, true],
])(
  'I15: what has certified it is known by its key, once it is uploaded again %s',
  async (_, renewed, isDeleted) => {
    const set = await recertified();
    await set.plan('fire', leaked);
    await uploadedAgain(set, renewed);
    if (isDeleted) set.world.organization.remove('cert_acme1');
    const { decision, isRed, blocked } = await set.plan('again', fire);
    expect({ decision, isRed }).toEqual({ decision: 'blocked', isRed: true });
    expect(blocked[0]?.reason).toMatch(/cert_again.*has certified a CA whose key is named/);
  },
);

it('I15: a memory of an older version has ids alone: their keys are added while they are uploaded', async () => {
  const set = await recertified();
  await set.plan('fire', leaked);
  const table = set.world.table.get('compromised');
  const { certifierKeys, ...older } = Object(table?.get(ID));
  table?.set(ID, older);
  expect(certifierKeys).toContain(keyDigestOf(authorityOf('acme', 1).pem));
  await uploadedAgain(set, true);
  expect(await set.plan('again', fire)).toMatchObject({ decision: 'blocked', isRed: true });
  const remembered = await set.ports.journal.compromised();
  const found = remembered.find(({ anchorId }) => anchorId === ID);
  expect(found?.certifierKeys?.toSorted()).toEqual(certifierKeys.toSorted());
  expect(found?.certifiedBy).toContain('cert_again');
});

const NEXT = keyDigestOf(authorityOf('acme', 1).pem) as string;
const bundle = { ...leaked, keys: [KEY, NEXT], leaveBehind: ['billing'] };

it('I15: the key of an uploaded anchor is refused by name, and nothing of it stays, while the rest is remembered', async () => {
  const { plan, ports } = await recertified();
  const refused = expect.objectContaining({
    name: 'InvalidRequest',
    message: expect.stringMatching(
      /^request\.keys\.1: key:\w{64} is the key of cert_acme1 \(acme@1\), which is uploaded, .*name the anchor in "anchors" as well/,
    ),
  });
  await expect(plan('fire', bundle)).rejects.toThrow(refused);
  const remembered = await ports.journal.compromised();
  expect(remembered.map(({ anchorId }) => anchorId).toSorted()).toEqual(['cert_acme0', ID]);
  expect(remembered.flatMap(({ asked = [] }) => asked)).toEqual([]);
});

it('I15, I17: so it is where another run has the lease, by what an earlier plan has seen: nobody would look at it', async () => {
  const { plan, ports, running } = await recertified();
  await plan('sweep', { mode: 'scheduled' });
  await ports.leases.release('sweep');
  running.delete('sweep');
  await plan('first', leaked);
  await expect(plan('second', bundle)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/^request\.keys\.1: key:\w{64} is the key of cert_acme1 \(acme@1\)/),
  });
  const remembered = await ports.journal.compromised();
  expect(remembered.map(({ anchorId }) => anchorId).toSorted()).toEqual(['cert_acme0', ID]);
});

it.each([
  ['in the same request', { ...bundle, anchors: ['cert_acme0', 'cert_acme1'] }, []],
  ['before', bundle, [{ anchorId: 'cert_acme1', keyDigest: NEXT }]],
  [
    'before, as a key, when it was no upload yet',
    bundle,
    [{ anchorId: `key:${NEXT}`, keyDigest: NEXT, namedAt: '2020-01-01T00:00:00Z' }],
  ],
])('takes such a key where its anchor was named %s (I15)', async (_, request, before) => {
  const { plan, ports } = await recertified();
  await ports.journal.rememberCompromised(before);
  expect(await plan('fire', request)).toMatchObject({ decision: 'blocked', isRed: true });
  expect((await ports.journal.compromised()).map(({ anchorId }) => anchorId)).toContain(`key:${NEXT}`);
});

it('I15: a request that is refused for a wrong id has named its key all the same', async () => {
  const { plan, ports } = await recertified();
  await expect(plan('fire', { ...leaked, anchors: ['cert_mistyped'] })).rejects.toThrow('cert_mistyped');
  expect((await ports.journal.compromised()).map(({ anchorId }) => anchorId)).toEqual([ID]);
});

it('I15: a person takes the key back, and the emergency that goes on plans without it', async () => {
  const { plan, ports } = await recertified();
  await plan('fire', leaked);
  await ports.journal.forgetCompromised([ID]);
  const planned = await plan('fire', leaked);
  expect(planned).toMatchObject({ decision: 'rotate' });
  expect(planned.warnings?.join()).toContain(ID);
});

it('where nobody has named it, a person is told that the same CA has issued what is staged', async () => {
  const { plan } = await recertified();
  const { decision, warnings = [] } = await plan('fire', fire);
  expect(decision).toBe('rotate');
  expect(warnings.join()).toMatch(/what is staged for billing is issued by the same CA \(CN=.*\) .*--ca/);
  expect(warnings.join()).toContain(KEY);
});

it('a leaf of another CA is told of to nobody, nor is any rotation for an expiry', async () => {
  const other = await scene(undefined, [
    {
      ...{ name: 'billing', project: 'proj_a' },
      running: { anchor: 'cert_acme0', intermediate: true },
      staged: { anchor: 'cert_acme1', intermediate: true },
    },
  ]);
  expect((await other.plan('fire', leaked)).decision).toBe('rotate');
  const set = await recertified();
  const { warnings = [] } = await set.plan('sweep', { mode: 'scheduled' });
  expect(warnings.join()).not.toContain('--ca');
});

it.each([
  ['in capitals', KEY.toUpperCase(), KEY],
  ['cut short', KEY.slice(1), null],
  ['no digest', 'CN=acme issuing', null],
])('a request takes the digest of a key, and one %s', (_, key, taken) => {
  const { success, data } = requestSchema.safeParse({ ...fire, keys: [key] });
  expect(success ? data : null).toEqual(taken === null ? null : { ...fire, keys: [taken] });
});

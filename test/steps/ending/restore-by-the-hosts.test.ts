import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Verdict } from '../../../lambdas/domain/cut/verdict.ts';
import { promote } from '../../../lambdas/promote.ts';
import { restore } from '../../../lambdas/restore.ts';
import { verify } from '../../../lambdas/verify.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

const turnedAway: Verdict = { kind: 'refused', code: 'certificate_verification_failed' };

/**
 * A client that was moved to its new leaf. `saying` gives a host's verdict on a leaf, or null where the
 * simulated host decides.
 */
async function moved(saying: (host: string, leaf: 'new' | 'old') => Verdict | null, hosts = [HOST]) {
  const set = await scene();
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const { execution } = input;
  await activate(set.ports, input);
  const proof = await verify({ ...set.ports, hosts: [HOST] }, { ...input, moment: 'overlap' });
  await promote(set.ports, { execution, plan, verification: [[proof]] });
  const current = async () => (await set.secrets.read('billing', 'AWSCURRENT'))?.certificateChain;
  const newLeaf = await current();
  const probe: typeof set.ports.probe = async (host, asked) => {
    const leaf = asked.certificateChain === newLeaf ? 'new' : 'old';
    return (asked.certificateChain && saying(host, leaf)) || set.ports.probe(HOST, asked);
  };
  const ports = { ...set.ports, hosts, probe };
  const runsOn = async () => ((await current()) === newLeaf ? 'new' : 'old');
  return { ...set, ports, input, asked: { execution, plan }, runsOn };
}

it.each([
  ...['certificate_verification_failed', 'certificate_attribute_verification_failed', 'certificate_required'],
  ...['tls_alert_certificate_unknown', 'tls_alert_unknown_ca'],
])('moves a client back whose new leaf is turned away by %s, as Verify counts it (I10)', async (code) => {
  const { ports, input, asked, runsOn } = await moved((_, leaf) =>
    leaf === 'new' ? { kind: 'refused', code } : null,
  );
  const look = verify(ports, { ...input, moment: 'beforeCut' });
  await expect(look).rejects.toMatchObject({ name: 'SuccessorRefused' });
  expect((await restore(ports, asked)).restored).toEqual(['billing']);
  expect(await runsOn()).toBe('old');
});

it('says of what stays as it is that it stays, as Verify does: nobody waits as long for an API key that was revoked', async () => {
  const revoked = "the client's API key was refused: 401 invalid_api_key";
  const { ports, input, asked, runsOn } = await moved(() => ({ kind: 'inconclusive', why: revoked }));
  const refused = expect.objectContaining({ name: 'ProbeRefused' });
  await expect(verify(ports, { ...input, moment: 'beforeCut' })).rejects.toEqual(refused);
  await expect(restore(ports, asked)).rejects.toEqual(refused);
  expect(await runsOn()).toBe('new');
});

describe('an undo that one host has not heard of, where two are called', () => {
  const OTHER = 'https://mtls-eu.api.openai.com/v1';
  /** `lets` has the leaves that each of the two hosts accepts. */
  const letting = (lets: Record<string, ('new' | 'old')[]>) =>
    moved((host, leaf) => (lets[host]?.includes(leaf) ? { kind: 'accepted' } : turnedAway), [HOST, OTHER]);
  const refused = expect.objectContaining({ name: 'SuccessorRefused' });

  it.each(['new', 'old'] as const)('is proven where the %s leaf gets in at both', async (leaf) => {
    const { ports, input, asked, runsOn } = await letting({ [HOST]: [leaf], [OTHER]: ['new', 'old'] });
    expect(await verify(ports, { ...input, moment: 'afterUndo' })).toMatchObject({ scope: 'proj_a' });
    await restore(ports, asked);
    expect(await runsOn()).toBe(leaf);
  });

  it('is not proven where no leaf gets in at all, and the client stays where it is, red', async () => {
    const { ports, input, asked, runsOn } = await letting({});
    await expect(verify(ports, { ...input, moment: 'afterUndo' })).rejects.toEqual(refused);
    await expect(restore(ports, asked)).rejects.toEqual(refused);
    expect(await runsOn()).toBe('new');
  });

  it('is not proven by two leaves, and the client is looked at again, until one gets in at both (I10)', async () => {
    const lets: Record<string, ('new' | 'old')[]> = { [HOST]: ['old'], [OTHER]: ['new'] };
    const { ports, input, asked, runsOn } = await letting(lets);
    await expect(verify(ports, { ...input, moment: 'afterUndo' })).rejects.toEqual(refused);
    await expect(restore(ports, asked)).rejects.toEqual(refused);
    lets[OTHER] = ['new', 'old'];
    expect(await verify(ports, { ...input, moment: 'afterUndo' })).toMatchObject({ scope: 'proj_a' });
    expect((await restore(ports, asked)).restored).toEqual(['billing']);
    expect(await runsOn()).toBe('old');
  });
});

it('is not given up for a client that says nothing yet, by one that no wait helps (I17)', async () => {
  const { ports, asked } = await moved(() => ({ kind: 'inconclusive', why: '503', passing: true }));
  const waves = asked.plan.waves.map((wave) => ({
    ...wave,
    scopes: wave.scopes.map((scope) => ({
      ...scope,
      checks: scope.checks.flatMap((check) => [{ ...check, client: 'broken', secret: 'nobody' }, check]),
    })),
  }));
  const restoring = restore(ports, { ...asked, plan: { ...asked.plan, waves } });
  await expect(restoring).rejects.toMatchObject({ name: 'ProbeInconclusive' });
});

it('keeps what somebody has given a client between the look and the move', async () => {
  const at = await moved((_, leaf) => (leaf === 'new' ? turnedAway : null));
  let mended: string | undefined;
  const demand: typeof at.leases.demand = async (claim) => {
    // This is the last call before the move.
    mended ??= await at.stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1', intermediate: true });
    await at.leases.demand(claim);
  };
  const ports = { ...at.ports, leases: { ...at.leases, demand } };
  expect(await restore(ports, at.asked)).toEqual({ restored: [], kept: ['billing'] });
  expect(await at.secrets.read('billing', 'AWSCURRENT')).toMatchObject({ versionId: mended });
});

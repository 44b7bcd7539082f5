import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Verdict } from '../../../lambdas/domain/cut/verdict.ts';
import { promote } from '../../../lambdas/promote.ts';
import { restore } from '../../../lambdas/restore.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme, SILENT, saying } from '../saying.ts';
import { HOST, type Scene, scene, scopeInput } from '../scene.ts';

const clients = [onAcme('billing', 'proj_a'), onAcme('spare', 'proj_a')];
const DEAD = 'sk-dead';

/** Writes another version of a client's secret at a stage, with another API key and the same leaf. */
async function giveKey(set: Scene, client: string, at: 'AWSCURRENT' | 'AWSPENDING', apiKey: string) {
  const { versionId: _, ...held } = (await set.secrets.read(client, at)) ?? {};
  return set.world.secrets.put(client, JSON.stringify({ ...held, apiKey }), [at]);
}

/** The client's owner rotates its API key. The second key works beside the first until `revoke`. */
async function rotate(set: Scene) {
  const versionId = await giveKey(set, 'billing', 'AWSCURRENT', 'sk-spare');
  return { versionId, revoke: () => set.world.broken.add('revoked billing') };
}

/**
 * A run that has proven its clients' staged leaves and is about to move them. `before` happens ahead of its
 * plan.
 */
async function proven(before: (set: Scene) => Promise<unknown> = async () => {}) {
  const set = await scene(undefined, clients);
  await before(set);
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const { execution } = input;
  await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
  const about = { execution, phase: 'overlap' as const };
  await set.verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
  const move = () => promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  return { set, ports, plan, execution, move };
}

const versionAt = async ({ secrets }: Scene, stage: 'AWSCURRENT' | 'AWSPENDING') =>
  (await secrets.read('billing', stage))?.versionId;

describe('since the plan', () => {
  it('is not taken back where the owner has rotated it, whose client stays where it is and holds its own scopes (I11, I17)', async () => {
    const { set, execution, move } = await proven();
    const { versionId, revoke } = await rotate(set);
    revoke();
    expect(await move()).toMatchObject({ promoted: ['spare'] });
    expect(await versionAt(set, 'AWSCURRENT')).toBe(versionId);
    expect(await isIn(set, 'billing')).toBe('accepted');
    const halted = await set.verdicts.of({ execution, phase: 'overlap' });
    expect(halted).toContainEqual(
      expect.objectContaining({ scope: 'proj_a', error: 'LeafChanged', held: true }),
    );
    expect(JSON.stringify(halted)).not.toContain('sk-');
  });

  it('moves nobody to one that was staged again beside the proven leaf, and that no host was asked about (I9)', async () => {
    const { set, move } = await proven();
    await giveKey(set, 'billing', 'AWSPENDING', DEAD);
    expect(await move()).toMatchObject({ promoted: ['spare'] });
    expect(await isIn(set, 'billing')).toBe('accepted');
  });

  it('keeps nobody whose leaf was staged again beside the one that the client calls with', async () => {
    const { set, move } = await proven();
    await rotate(set);
    await giveKey(set, 'billing', 'AWSPENDING', 'sk-spare');
    expect(await move()).toMatchObject({ promoted: ['billing', 'spare'] });
  });

  it('is not taken back either where it is rotated as the client is being moved', async () => {
    const { set, ports, plan, execution } = await proven();
    let versionId: string | undefined;
    const record: typeof ports.journal.record = async (entry) => {
      // The trail gets this line before the first move.
      if (entry.event === 'promoting') versionId = (await rotate(set)).versionId;
      await ports.journal.record(entry);
    };
    const verification = [{ anyHalted: false, provenAt: plan.plannedAt }];
    const journal = { ...ports.journal, record };
    expect(await promote({ ...ports, journal }, { execution, plan, verification })).toMatchObject({
      promoted: ['spare'],
    });
    expect(await versionAt(set, 'AWSCURRENT')).toBe(versionId);
  });

  it('is healed by the next run, once the leaf is staged beside it', async () => {
    const { set, move } = await proven();
    await rotate(set);
    await move();
    await set.leases.release('one');
    set.running.delete('one');
    await giveKey(set, 'billing', 'AWSPENDING', 'sk-spare');
    const { promotions, warnings = [] } = await set.plan('two');
    expect(promotions.map(({ client }) => client)).toEqual(['billing']);
    expect(promotions[0]).not.toHaveProperty('changesIdentity');
    expect(warnings.join()).not.toContain('API key');
  });
});

describe('by the time of the plan', () => {
  it('is told, and moved to as it was proven; a second attempt finds everybody moved', async () => {
    const { set, plan, move } = await proven(rotate);
    expect(plan.warnings?.join()).toMatch(/another API key, or other ids, .*: billing\. /);
    expect(JSON.stringify(plan)).not.toContain('sk-');
    expect(await move()).toMatchObject({ promoted: ['billing', 'spare'] });
    expect(await versionAt(set, 'AWSPENDING')).toBeUndefined();
    expect(await move()).toMatchObject({ promoted: [], alreadyCurrent: ['billing', 'spare'] });
  });

  it('is told of nobody who runs on the very leaf that it is staged beside: nothing is moved there', async () => {
    const set = await scene(undefined, clients);
    const { versionId: _, ...held } = (await set.secrets.read('billing', 'AWSPENDING')) ?? {};
    set.world.secrets.put('billing', JSON.stringify({ ...held, apiKey: 'sk-spare' }), ['AWSCURRENT']);
    const { promotions, warnings = [] } = await set.plan('one');
    expect(promotions.map(({ client }) => client)).toContain('billing');
    expect(warnings.join()).not.toContain('API key');
  });

  it.each(['AWSCURRENT', 'AWSPENDING'] as const)(
    'is not moved to where either has changed since: %s',
    async (stage) => {
      const { set, move } = await proven(rotate);
      await giveKey(set, 'billing', stage, stage === 'AWSCURRENT' ? 'sk-spare' : 'sk-billing');
      expect(await move()).toMatchObject({ promoted: ['spare'] });
    },
  );

  it('is not moved to by the plan of an older version, which does not say what it has seen', async () => {
    const { plan, ports, execution } = await proven(rotate);
    const promotions = plan.promotions.map(({ changesIdentity: _, ...one }) => one);
    const verification = [{ anyHalted: false, provenAt: plan.plannedAt }];
    expect(await promote(ports, { execution, plan: { ...plan, promotions }, verification })).toMatchObject({
      promoted: ['spare'],
    });
  });

  it('is blocked where no host is asked about it (I9)', async () => {
    const set = await scene(undefined, clients);
    await rotate(set);
    const { blocked, promotions } = await set.plan('one', undefined, { evidence: 'listing' });
    expect(promotions.map(({ client }) => client)).toEqual(['spare']);
    expect(blocked).toEqual([
      expect.objectContaining({ client: 'billing', reason: expect.stringContaining('another API key') }),
    ]);
  });

  it.each(['probe', 'listing'] as const)(
    'is not taken back where it is the newer one, whatever a host would say of the older one: %s (I11)',
    async (evidence) => {
      const set = await scene(undefined, clients);
      set.time.now += 60;
      await rotate(set);
      const blocked = [
        expect.objectContaining({ client: 'billing', reason: expect.stringContaining('an older API key') }),
      ];
      const before = await set.plan('one', undefined, { evidence });
      expect(before.promotions.map(({ client }) => client)).toEqual(['spare']);
      expect(before.blocked).toEqual(blocked);
      await set.leases.release('one');
      set.running.delete('one');
      await giveKey(set, 'billing', 'AWSPENDING', 'sk-spare');
      const after = await set.plan('two', undefined, { evidence });
      expect(after.promotions.map(({ client }) => client)).toEqual(['billing', 'spare']);
      expect(after.blocked).toEqual([]);
    },
  );

  it('is the older one where the client’s leaf alone was renewed beside it since: what is staged is moved to', async () => {
    const set = await scene(undefined, clients);
    await giveKey(set, 'billing', 'AWSPENDING', 'sk-spare');
    set.time.now += 60;
    const { versionId: _, ...held } = (await set.secrets.read('billing', 'AWSCURRENT')) ?? {};
    set.world.secrets.put('billing', JSON.stringify(held), ['AWSCURRENT']);
    const { promotions, blocked, warnings = [] } = await set.plan('one');
    expect(promotions.map(({ client }) => client)).toEqual(['billing', 'spare']);
    expect(blocked).toEqual([]);
    expect(warnings.join()).toContain('another API key');
  });

  it('lets a client back to the one before where it is revoked within the soak, and the one before gets in (I10)', async () => {
    const { set, ports, plan, execution, move } = await proven(rotate);
    await move();
    set.world.broken.add('revoked billing');
    expect(await isIn(set, 'billing')).toBe('inconclusive');
    expect(await restore(ports, { execution, plan })).toMatchObject({ restored: ['billing'] });
    expect(await isIn(set, 'billing')).toBe('accepted');
  });
});

describe('that no host lets in while the client runs on it', () => {
  const REFUSED: Verdict = { kind: 'inconclusive', why: '401 invalid_api_key', isKeyRefused: true };
  /**
   * Runs Restore while hosts answer `told` for the client's new leaf, whose version has another API key.
   * Returns its answer and whether the client was left where it was.
   */
  const restoring = async (
    { set, ports, plan, execution }: Awaited<ReturnType<typeof proven>>,
    told: Record<string, Verdict>,
  ) => {
    const before = await versionAt(set, 'AWSCURRENT');
    const probe = saying(ports.probe, () => told);
    const said = await restore({ ...ports, probe }, { execution, plan }).catch(({ name }) => name);
    return { said, isLeft: (await versionAt(set, 'AWSCURRENT')) === before };
  };

  it.each<[string, Verdict]>([
    [
      'a 403 where it may not read what is probed',
      { kind: 'inconclusive', why: '403 insufficient permissions' },
    ],
    ['a redirect', { kind: 'inconclusive', why: '302' }],
    ['an outage', SILENT],
  ])('is kept where Windlass has moved it, and %s says nothing of it (I9)', async (_, told) => {
    const run = await proven(rotate);
    await run.move();
    const name = told === SILENT ? 'ProbeInconclusive' : 'ProbeRefused';
    expect(await restoring(run, { billing: told })).toEqual({ said: name, isLeft: true });
  });

  it('is told like a leaf that is refused where the one before does not get in either', async () => {
    const run = await proven(rotate);
    await run.move();
    const told: Verdict = { kind: 'refused', code: 'certificate_verification_failed' };
    const seen = await restoring(run, { billing: REFUSED, spare: told });
    expect(seen).toEqual({ said: 'SuccessorRefused', isLeft: true });
  });

  it.each(['together with the new leaf', 'beside the leaf that it was moved to'])(
    'is its owner’s affair where he has put it there himself, %s (I11)',
    async (what) => {
      const run = await proven();
      const from = what === 'together with the new leaf' ? 'AWSPENDING' : 'AWSCURRENT';
      if (from === 'AWSCURRENT') await run.move();
      const { versionId: _, ...held } = (await run.set.secrets.read('billing', from)) ?? {};
      run.set.world.secrets.put('billing', JSON.stringify({ ...held, apiKey: DEAD }), ['AWSCURRENT']);
      expect(await restoring(run, { dead: REFUSED })).toEqual({ said: 'ProbeRefused', isLeft: true });
    },
  );

  it('is his affair as well where he has made the leaf and the key current by hand before the plan', async () => {
    const run = await proven(async (set) => {
      const { versionId: _, ...held } = (await set.secrets.read('billing', 'AWSPENDING')) ?? {};
      set.world.secrets.put('billing', JSON.stringify({ ...held, apiKey: 'sk-spare' }), ['AWSCURRENT']);
    });
    expect(await restoring(run, { spare: REFUSED })).toEqual({ said: 'ProbeRefused', isLeft: true });
  });
});

import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { DAY, HOST, NOW, type Scene, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };
const acme = { retiring: 'cert_acme0', successor: 'cert_acme1' };
const keel = { retiring: 'cert_keel0', successor: 'cert_keel1' };

/** Runs every scope of a plan through its overlap, and promotes. */
async function overlapAndPromote({ ports, verdicts }: Scene, execution: string, plan: Plan) {
  const about = { id: execution, startedAt: plan.plannedAt };
  for (const { scope } of plan.waves.flatMap(({ scopes }) => scopes)) {
    const input = scopeInput(execution, plan, scope);
    await activate(ports, input);
    const { provenAt } = await verify({ ...ports, hosts: [HOST] }, { ...input, moment: 'overlap' });
    const verdict: ScopeVerdict = { scope, verdict: 'proven', error: '', cause: '', provenAt };
    await verdicts.leave({ execution: about, phase: 'overlap' }, verdict);
  }
  const verification = [{ anyHalted: false, provenAt: plan.plannedAt }];
  return promote(ports, { execution: about, plan, verification });
}

/**
 * Keel has served its soak. Its client is back on the old leaf with the new one staged, as Restore leaves it
 * after a halt.
 */
async function served(
  staged: SceneLeaf & { until?: number } = { anchor: 'cert_keel1' },
  running: SceneLeaf = { anchor: 'cert_keel0' },
) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20 },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_keel0', expires: 20, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300, in: ['proj_b'] },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
      { name: 'stock', project: 'proj_b', running, staged },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
    ],
  );
  const soak = { ...keel, provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };
  await set.journal.rememberSoaks([soak]);
  return set;
}

describe('a served soak that a move begins anew', () => {
  it('I16: keeps no compromised anchor active for a week, though a cut is finished in the same run', async () => {
    const set = await served({ anchor: 'cert_keel1' }, { anchor: 'cert_keel1' });
    // The halted run before has left a cut that stands and is not confirmed.
    const cutAt = instant(NOW - 3_600);
    await set.journal.rememberCuts([{ ...acme, scope: 'proj_a', compromised: false, cutAt }]);
    // An emergency finds that search has no leaf to move to.
    expect(await set.plan('fire', fire)).toMatchObject({ decision: 'blocked' });
    await set.leases.release('fire');
    set.running.delete('fire');
    set.time.now += 300;
    const plan = await set.plan('one');
    expect(plan.successions).toMatchObject([{ ...acme, resumed: true }, keel]);
    // A late call of the run before moves the client back only now.
    await set.stage('stock', 'AWSCURRENT', { anchor: 'cert_keel0' });
    const { promoted, soakUntil } = await overlapAndPromote(set, 'one', plan);
    expect(promoted).toEqual(['stock']);
    expect(secondsOf(soakUntil) - set.time.now).toBe(7 * DAY);
    // While it soaks, a leaf is staged for search, so nothing keeps globex from being cut any more.
    await set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
    set.time.now += DAY;
    expect(await set.plan('sweep')).toMatchObject({
      atOnce: true,
      successions: [{ retiring: 'cert_globex0', successor: 'cert_globex1' }],
    });
  });

  it('I19: moves no client to a leaf that ends before that soak does', async () => {
    const ends = NOW + 3 * DAY;
    const set = await served({ anchor: 'cert_keel1', until: ends } as SceneLeaf);
    const plan = await set.plan('one');
    if (plan.waves.length === 0) return expect(plan.blocked).toMatchObject([{ client: 'stock' }]);
    const { promoted, soakUntil } = await overlapAndPromote(set, 'one', plan);
    // At the end of such a soak, stock's leaf would have expired, and no look before the cut would see that.
    expect(promoted.length === 0 || secondsOf(soakUntil) <= ends).toBe(true);
  });
});

/**
 * Two anchors retire in favour of cert_acme2, a renewal of cert_acme1 with its key. A leaf of cert_acme1
 * therefore runs on both. Each soak ends in `ends` days.
 */
async function renewing(ends: number) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['organization'], name: 'acme@0' },
      { id: 'cert_acme1', expires: 25, in: ['proj_a'], name: 'acme@1' },
      {
        ...{ id: 'cert_acme2', expires: 300, in: ['organization', 'proj_a'] },
        ...{ name: 'acme@2', renewedFrom: 'cert_acme1' },
      },
    ],
    [
      {
        ...{ name: 'api', project: 'proj_a' },
        running: { anchor: 'cert_acme1', from: NOW - 20 * DAY, until: NOW + 20 * DAY },
        staged: { anchor: 'cert_acme1', from: NOW - DAY, until: NOW + 4 * DAY },
      },
      { name: 'other', project: 'proj_b', running: { anchor: 'cert_acme2' } },
    ],
  );
  const about = { provenAt: instant(NOW + (ends - 7) * DAY), soakUntil: instant(NOW + ends * DAY) };
  await set.journal.rememberSoaks(
    ['cert_acme0', 'cert_acme1'].map((retiring) => ({ retiring, successor: 'cert_acme2', ...about })),
  );
  return set;
}

it.each([
  ['goes on', 1],
  ['has been served', -1],
])(
  'I19: nobody is moved from what retires as well to a leaf that ends before the soak that begins anew for it, though that of a neighbour %s (F16)',
  async (_, ends) => {
    const set = await renewing(ends);
    const plan = await set.plan('one');
    expect(plan.blocked).toEqual([]);
    const { promoted, soakUntil } = await overlapAndPromote(set, 'one', plan);
    expect(promoted).toEqual([]);
    expect(secondsOf(soakUntil)).toBe(NOW + Math.max(ends, 0) * DAY);
  },
);

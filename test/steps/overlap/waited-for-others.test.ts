import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme, overlap } from '../saying.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

const ago = (days: number) => instant(NOW - days * DAY);
const acme = { retiring: 'cert_acme0', successor: 'cert_acme1' };
const keel = { retiring: 'cert_keel0', successor: 'cert_keel1' };
const onKeel = { running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } };

/**
 * Two lines that were begun two days ago. Keel's successor refuses every client. The canary sees that, and
 * one scope is left after it.
 */
async function halted({ of }: { of: 'both' | 'keel alone' }) {
  const onAcmes = of === 'both' ? ['proj_a', 'proj_b'] : ['proj_b'];
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: onAcmes },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300, filter: 'subject.common_name == "nobody"' },
    ],
    [
      ...(of === 'both' ? [onAcme('billing', 'proj_a')] : []),
      onAcme('search', 'proj_b'),
      { name: 'stock', project: 'proj_a', ...onKeel },
    ],
  );
  await set.journal.rememberBegun([acme, keel].map((pair) => ({ ...pair, begunAt: ago(2) })));
  const plan = await set.plan('one', { mode: 'scheduled' }, { canary: ['proj_a'] });
  expect(plan.successions).toMatchObject([keel, acme]);
  const input = scopeInput('one', plan, 'proj_a');
  await activate(set.ports, input);
  const { name } = await verify(set.ports, overlap(input)).catch((thrown) => thrown);
  expect(name).toBe('SuccessorRefused');
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const promoteAfter = async (error: string, verdict: Partial<ScopeVerdict> = {}) => {
    const left = { scope: 'proj_a', verdict: 'halted', error, cause: 'it was', ...verdict } as const;
    await set.verdicts.leave({ execution, phase: 'overlap' }, left);
    await promote(set.ports, { execution, plan, halt: { Error: error, Cause: 'it was' } });
    return (await set.journal.begun()).toSorted((a, b) => a.retiring.localeCompare(b.retiring));
  };
  return { ...set, promoteAfter };
}

describe('a succession that has only waited for another', () => {
  it.each(['both', 'keel alone'] as const)(
    'has not failed with it, where %s was in the scope that halted (rule 3, I17)',
    async (of) => {
      const set = await halted({ of });
      expect(await set.promoteAfter('SuccessorRefused')).toEqual([
        { ...acme, begunAt: ago(0) },
        { ...keel, begunAt: ago(2) },
      ]);
      // Two days later the line that has failed for days lets the other go first.
      set.time.now += 2 * DAY;
      set.running.clear();
      const next = await set.plan('two', { mode: 'scheduled' }, { canary: ['proj_a'] });
      expect(next.successions).toMatchObject([acme]);
    },
  );

  it('counts as failed with it where the scope does not say for which it has halted (I9)', async () => {
    const set = await halted({ of: 'both' });
    const begunBefore = [acme, keel].map((pair) => ({ ...pair, begunAt: ago(2) }));
    expect(await set.promoteAfter('ToggleNotVisible')).toEqual(begunBefore);
  });

  it('goes behind no other once it was taken back: only a person tries it again (F16)', async () => {
    const set = await halted({ of: 'both' });
    const taken = { ...acme, begunAt: ago(2), takenBackAt: ago(0) };
    await set.journal.rememberBegun([taken]);
    expect(await set.promoteAfter('SuccessorRefused')).toContainEqual(taken);
  });
});

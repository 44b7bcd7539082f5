import { describe, expect, it } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { confirm } from '../../lambdas/confirm.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import { promote } from '../../lambdas/promote.ts';
import { undo } from '../../lambdas/undo.ts';
import { DAY, HOST, scene, scopeInput } from './scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };
const REFUSED = { Error: 'SuccessorRefused', Cause: "search's new leaf" };
const globex = { retiring: 'cert_globex0' };

/** Acme and globex, whose client has no leaf to move to until it is staged; an emergency has named globex. */
async function named({ expires, filter }: { expires: number; filter?: string }, policy = {}) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300, ...(filter && { filter }) },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
    ],
  );
  expect(await set.plan('fire', fire, policy)).toMatchObject({ decision: 'blocked' });
  await set.leases.release('fire');
  set.running.delete('fire');
  set.time.now += 300;
  return set;
}

/** Acme's rotation has come to the middle of its cut: its client is refused, and the scope is about to be undone. */
async function inTheMiddleOfACut() {
  const set = await named({ expires: 20 });
  const plan = await set.plan('acme');
  const input = scopeInput('acme', plan);
  await activate(set.ports, input);
  const { execution } = input;
  const provenAt = plan.plannedAt;
  await set.verdicts.leave(
    { execution, phase: 'overlap' },
    { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt },
  );
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  set.time.now += 8 * DAY;
  const deactivation = await deactivate(set.ports, input);
  // The filter of the successor was changed right before.
  set.world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"');
  await expect(confirm(set.ports, { ...input, deactivation })).rejects.toMatchObject({
    name: 'SuccessorRefused',
  });
  // In these ten seconds search is given its leaf.
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
  const held = await set.secrets.read('billing', 'AWSCURRENT');
  if (!held || !('apiKey' in held)) throw new Error('it has a key');
  const isIn = async () => (await set.ports.probe(HOST, held)).kind;
  expect(await isIn()).toBe('refused');
  return { ...set, back: () => undo(set.ports, { ...input, deactivation, halt: REFUSED }) };
}

describe('a rotation in the middle of a cut (I10)', () => {
  it('keeps the lease until it has confirmed or undone it, and a look follows within minutes (I16)', async () => {
    const set = await inTheMiddleOfACut();
    expect(await set.plan('sweep')).toMatchObject({ decision: 'busy' });
    expect(Object.values(set.world.schedules.times())).toEqual([instant(set.time.now + 300)]);
    expect(await set.back()).toMatchObject({ reactivated: ['cert_acme0'] });
    set.time.now += 900;
    expect(await set.plan('look')).toMatchObject({ atOnce: true, successions: [globex] });
  });
});

import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn } from '../saying.ts';
import { DAY, HOST, type SceneLeaf, scene, scopeInput } from '../scene.ts';

// Globex's CAs have no subject key identifier, so only a signature tells which CA has issued a leaf.
const OLD: SceneLeaf = { anchor: 'cert_globex0' };
const NEXT: SceneLeaf = { anchor: 'cert_globex1' };

/** A rotation in whose soak the client's leaf is replaced by `renewed`. */
async function rotated(evidence: 'listing' | 'probe', renewed: SceneLeaf) {
  const set = await scene(
    [
      { id: 'cert_globex0', expires: 20, in: ['proj_a'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [{ name: 'billing', project: 'proj_a', running: OLD, staged: NEXT }],
  );
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('one', { mode: 'scheduled' }, { evidence });
  const input = scopeInput('one', plan);
  const activation = await activate(ports, input);
  const proof = await verify(ports, { ...input, activation, moment: 'overlap' });
  const { provenAt } = proof;
  const about = { execution: input.execution, phase: 'overlap' as const };
  await set.verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
  await promote(ports, {
    execution: input.execution,
    plan,
    verification: [[proof]],
  });
  set.time.now += 7 * DAY;
  await set.stage('billing', 'AWSCURRENT', renewed);
  const look = async () => {
    const verification = await verify(ports, { ...input, moment: 'beforeCut' });
    const deactivation = await deactivate(ports, input);
    await confirm(ports, { ...input, verification, deactivation });
  };
  return { set, look: look() };
}

it.each(['listing', 'probe'] as const)(
  'I1, I13: a leaf that is renewed in the soak is known by what has signed it, where its CA has no key identifier (%s)',
  async (evidence) => {
    const { set, look } = await rotated(evidence, { ...NEXT, intermediate: true });
    await expect(look).resolves.toBeUndefined();
    expect([set.activeIn('proj_a'), await isIn(set, 'billing')]).toEqual([['cert_globex1'], 'accepted']);
  },
);

it.each([OLD, { ...NEXT, flaw: 'forged' as const }, { ...NEXT, flaw: 'withoutAki' as const }])(
  'I1: none that another has signed, or that names no issuer at all, goes for it (%o)',
  async (leaf) => {
    const { look } = await rotated('listing', { ...leaf, as: 'again' });
    await expect(look).rejects.toMatchObject({ name: 'LeafChanged' });
  },
);

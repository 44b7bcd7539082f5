import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Verdict } from '../../../lambdas/domain/cut/verdict.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme, saying } from '../saying.ts';
import { DAY, HOST, NOW, scene, scopeInput } from '../scene.ts';

const REVOKED: Verdict = { kind: 'inconclusive', why: '401 invalid_api_key' };
const REFUSED: Verdict = { kind: 'refused', code: 'certificate_invalid' };

const EMERGENCY = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

/**
 * Runs an emergency to its end and returns what the overlap has seen. The running leaf of `batch` has
 * expired, and `said` is the host's verdict on its staged leaf.
 */
async function lookAt(said: Verdict | null, others = [onAcme('billing', 'proj_a')]) {
  const dead = onAcme('batch', 'proj_a');
  const set = await scene(undefined, [
    ...others,
    { ...dead, running: { anchor: 'cert_acme0', from: NOW - 60 * DAY, until: NOW - 30 * DAY } },
  ]);
  const told: Record<string, Verdict> = said ? { batch: said } : {};
  const probe = saying(set.ports.probe, () => told);
  const ports = { ...set.ports, hosts: [HOST], probe };
  const plan = await set.plan('one', EMERGENCY, { evidence: 'probe' }, ports);
  expect(plan.blocked).toEqual([]);
  const input = scopeInput('one', plan);
  const activation = await activate(ports, input);
  const verification = await verify(ports, { ...input, activation, moment: 'overlap' });
  await promoteScope(ports, { ...input, verification });
  await verify(ports, { ...input, moment: 'beforeCut' });
  await deactivate(ports, input);
  await confirm(ports, input);
  expect(set.activeIn(input.plan.scope)).toEqual(['cert_acme1']);
  return { ...verification, batch: await isIn(set, 'batch') };
}

describe('a client whose running leaf has expired, with another staged, where a leaked key is cut (I16, I17)', () => {
  it('keeps nothing accepted by saying nothing while somebody else proves the scope, and is not moved', async () => {
    await expect(lookAt(REVOKED)).resolves.toMatchObject({
      ...{ evidence: 'probe', stay: ['batch'], batch: 'refused' },
    });
  });

  it('is moved where its staged leaf is proven', async () => {
    expect(await lookAt(null)).toMatchObject({ evidence: 'probe', batch: 'accepted' });
  });

  it('halts the scope as anybody else where its staged leaf is refused', async () => {
    await expect(lookAt(REFUSED)).rejects.toMatchObject({ name: 'SuccessorRefused' });
  });

  it('halts the scope by saying nothing where nobody else can prove it', async () => {
    await expect(lookAt(REVOKED, [])).rejects.toThrow('401 invalid_api_key');
  });
});

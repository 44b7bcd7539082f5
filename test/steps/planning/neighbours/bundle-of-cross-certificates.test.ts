import { expect, it } from 'vitest';
import { authorityOf, leafUnder } from '../../../../simulation/certificates/material.ts';
import { crossSign } from '../../../../simulation/certificates/pki.ts';
import { onAcme } from '../../saying.ts';
import { scene } from '../../scene.ts';

const VALID = { notBefore: 1_000_000_000, notAfter: 4_000_000_000 };

/**
 * Stock's chain has a bundle behind its leaf: fourteen certificates by which two authorities have
 * cross-signed each other, about eight kilobytes.
 */
async function withBundle(expires: number) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 300, in: ['proj_b'] },
    ],
    [onAcme('billing', 'proj_a'), { name: 'stock', project: 'proj_b', running: { anchor: 'cert_keel0' } }],
  );
  const [keel, other] = [authorityOf('keel', 0), authorityOf('hull', 0)];
  const bundle = Array.from({ length: 7 }, (_, year) => {
    const validity = { ...VALID, notAfter: VALID.notAfter - year };
    return crossSign(keel, other, validity) + crossSign(other, keel, validity);
  });
  const { certificateChain, privateKey } = leafUnder(keel, { client: 'stock' });
  const value = { apiKey: 'sk-stock', certificateChain: certificateChain + bundle.join(''), privateKey };
  set.world.secrets.put('stock', JSON.stringify(value), ['AWSCURRENT']);
  return set;
}

it('I17: a bundle of cross-certificates in one secret keeps no other authority from its rotation', async () => {
  const set = await withBundle(20);
  const plan = await set.plan('one');
  expect(plan.successions).toMatchObject([{ retiring: 'cert_acme0' }]);
});

it('I16: nor does it keep a leaked key of another authority active everywhere', async () => {
  const set = await withBundle(200);
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const plan = await set.plan('fire', fire);
  expect(plan.successions).toMatchObject([{ retiring: 'cert_acme0' }]);
});

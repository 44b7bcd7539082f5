import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { idsOf, type SceneClient, scene, scopeInput } from '../scene.ts';

const OLD = { anchor: 'cert_acme0' };
const NEW = { anchor: 'cert_acme1' };
const billing: SceneClient = { name: 'billing', project: 'proj_a', running: OLD, staged: NEW };

/**
 * Runs an emergency in proj_a and returns its confirmation. A leaf of the leaked anchor got a token in the
 * last second before the cut.
 */
async function emergency(ledger: SceneClient, request: Partial<Request>, policy: object = {}) {
  const set = await scene(undefined, [billing, ledger]);
  const asked = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked', ...request };
  const input = scopeInput('one', await set.plan('one', asked as Request, policy));
  await activate(set.ports, input);
  const verification = await verify(set.ports, { ...input, moment: 'overlap' });
  await promoteScope(set.ports, { ...input, verification });
  await verify(set.ports, { ...input, moment: 'beforeCut' });
  // The client's old leaf, or a copy of it in a thief's hands, gets a token. The token lives for an hour and
  // works with any leaf that gets in (F17).
  const held = await set.secrets.read('ledger', 'AWSPREVIOUS').catch(() => null);
  const own = held ?? (await set.secrets.read('ledger', 'AWSCURRENT'));
  if (!own || 'apiKey' in own) throw new Error('it is keyless');
  expect((await set.ports.exchange(own)).kind).toBe('accepted');
  await deactivate(set.ports, input);
  const confirmation = await confirm(set.ports, input);
  return { until: confirmation.tokensUntil, expected: new Date((set.time.now + 3_600) * 1000).toISOString() };
}

it('F17: an emergency says until when an old token lives where its keyless client has been moved', async () => {
  const { until, expected } = await emergency(
    { name: 'ledger', project: 'proj_a', running: OLD, staged: NEW, keyless: true },
    {},
  );
  expect(until).toBe(expected);
});

it('F17: an emergency says until when an old token lives where its keyless client is left behind', async () => {
  const { until, expected } = await emergency(
    { name: 'ledger', project: 'proj_a', running: OLD, staged: null, keyless: true },
    { leaveBehind: ['ledger'] } as Partial<Request>,
  );
  expect(until).toBe(expected);
});

it('F17: an emergency says until when an old token lives where it is left behind with a leaf that the token host refuses', async () => {
  const { until, expected } = await emergency(
    { name: 'ledger', project: 'proj_a', running: OLD, staged: { ...NEW, as: 'ledger-2' }, keyless: true },
    { leaveBehind: ['ledger'] } as Partial<Request>,
  );
  expect(until).toBe(expected);
});

it('F17: an emergency says until when an old token lives under evidence listing', async () => {
  const { until, expected } = await emergency(
    { name: 'ledger', project: 'proj_a', running: OLD, staged: NEW, keyless: true },
    {},
    { evidence: 'listing' },
  );
  expect(until).toBe(expected);
});

it("F17: an emergency says until when a token lives that the leaked key was given in the name of another authority's keyless client", async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 300, in: ['proj_a'] },
    ],
    [billing, { name: 'ledger', project: 'proj_a', running: { anchor: 'cert_keel0' }, keyless: true }],
  );
  const input = scopeInput(
    'one',
    await set.plan('one', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' }),
  );
  await activate(set.ports, input);
  const verification = await verify(set.ports, { ...input, moment: 'overlap' });
  await promoteScope(set.ports, { ...input, verification });
  await verify(set.ports, { ...input, moment: 'beforeCut' });
  // A thief signs a leaf in the name of ledger with the leaked key. The identity comes from the leaf alone.
  const stolen = await leafUnder(authorityOf('acme', 0, false), { client: 'ledger' });
  expect((await set.ports.exchange({ ...idsOf('ledger'), ...stolen })).kind).toBe('accepted');
  await deactivate(set.ports, input);
  const { tokensUntil } = await confirm(set.ports, input);
  expect(tokensUntil).toBe(new Date((set.time.now + 3_600) * 1000).toISOString());
});

import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlap } from '../saying.ts';
import { DAY, NOW, type SceneClient, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const ofServers = (anchor: string): SceneLeaf => ({ anchor, flaw: 'forServers' });
const billing = (running: SceneLeaf, staged: SceneLeaf): SceneClient => ({
  ...{ name: 'billing', project: 'proj_a', running, staged },
});
const LISTING = { evidence: 'listing' };

it('I19: a staged leaf whose chain no host lets in is blocked when planned, where nobody asks a host before its client is moved', async () => {
  const set = await scene(undefined, [billing({ anchor: 'cert_acme0' }, ofServers('cert_acme1'))]);
  const { decision, blocked, promotions } = await set.plan('one', { mode: 'scheduled' }, LISTING);
  expect({ decision, promotions }).toEqual({ decision: 'blocked', promotions: [] });
  expect(blocked).toMatchObject([{ anchor: 'cert_acme0', client: 'billing' }]);
  expect(blocked[0]?.reason).toContain('a CA above the leaf is not for client authentication');
});

it('I19: so it is where that leaf has yet to begin: nobody waits for it, and the reason is named', async () => {
  const staged = { ...ofServers('cert_acme1'), from: NOW + DAY };
  const set = await scene(undefined, [billing({ anchor: 'cert_acme0' }, staged)]);
  const { blocked } = await set.plan('one', { mode: 'scheduled' }, LISTING);
  expect(blocked.map(({ readyAt }) => readyAt)).toEqual([undefined]);
  expect(blocked[0]?.reason).toContain('a CA above the leaf is not for client authentication');
});

it('I8: where one is asked, that one says so', async () => {
  const set = await scene(undefined, [billing({ anchor: 'cert_acme0' }, ofServers('cert_acme1'))]);
  const input = scopeInput('one', await set.plan('one'));
  await activate(set.ports, input);
  await expect(verify(set.ports, overlap(input))).rejects.toMatchObject({ name: 'SuccessorRefused' });
});

it('I1: a client that runs on such a leaf still runs on what is about to be cut', async () => {
  const set = await scene(undefined, [billing(ofServers('cert_acme0'), ofServers('cert_acme1'))]);
  const { blocked } = await set.plan('one', { mode: 'scheduled' }, LISTING);
  expect(blocked).toMatchObject([{ anchor: 'cert_acme0', client: 'billing' }]);
});

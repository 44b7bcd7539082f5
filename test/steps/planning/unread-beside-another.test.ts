import { expect, it } from 'vitest';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { onAcme } from '../saying.ts';
import { HOST, type Scene, scene } from '../scene.ts';

/**
 * Returns what a plan blocks where the retiring anchor's certificate cannot be read. The client stock belongs
 * to another authority. The anchor that has issued stock's leaf can be read and stays active.
 */
async function blockedFor(isUnread: boolean) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['organization'], name: null },
      { id: 'cert_acme1', expires: 300, name: null },
      { id: 'cert_keel0', expires: 300, in: ['organization'] },
    ],
    [onAcme('billing', 'proj_a'), { name: 'stock', project: 'proj_b', running: { anchor: 'cert_keel0' } }],
  );
  const { certificates } = set.ports;
  const content: typeof certificates.content = async (id) => {
    if (id === 'cert_acme0' && isUnread) throw new WindlassError('UnreadableAnswer', 'no content');
    return certificates.content(id);
  };
  const ports: Scene['ports'] = { ...set.ports, hosts: [HOST], certificates: { ...certificates, content } };
  const policy = { successions: { cert_acme0: 'cert_acme1' } };
  await set.plan('one', { mode: 'scheduled' }, policy, ports);
  set.running.delete('one');
  const { blocked } = await set.plan('two', { mode: 'scheduled' }, policy, ports);
  return blocked.map(({ reason }) => reason).join();
}

it.each([
  ['control: read', false],
  ['unread', true],
])(
  'nobody is told that a client of another authority has no other way in, nor sent for a leaf of this one: %s',
  async (_, isUnread) => {
    const told = await blockedFor(isUnread);
    expect(told).not.toContain('has no other way in');
    expect(told).not.toContain('stage a leaf for client stock that chains to cert_acme1');
  },
);

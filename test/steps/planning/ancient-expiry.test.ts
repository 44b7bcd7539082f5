import { expect, it } from 'vitest';
import { onAcme } from '../saying.ts';
import { DAY, NOW, scene } from '../scene.ts';

it.each([-70_000_000_000, -9_000_000_000_000])(
  'F5, I17: an anchor whose expiry is %d keeps no other authority from its rotation: times are any integer',
  async (expiresAt) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_keel0', expires: (expiresAt - NOW) / DAY, in: ['proj_b'] },
        { id: 'cert_keel1', expires: 300 },
      ],
      [
        onAcme('billing', 'proj_a'),
        {
          ...{ name: 'stock', project: 'proj_b', running: { anchor: 'cert_keel0' } },
          staged: { anchor: 'cert_keel1' },
        },
      ],
    );
    const plan = await set.plan('one');
    expect(plan.successions.map(({ retiring }) => retiring)).toContain('cert_acme0');
  },
);

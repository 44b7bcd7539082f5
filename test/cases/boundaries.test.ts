import { expect, it } from 'vitest';
import { asPlanned } from './as-planned.ts';

it('what is due in one second is due one second later, and not before', async () => {
  const uploads = [
    // The lead time is thirty days.
    { id: 'cert_1', name: 'acme@1', ends: '2026-12-01T00:00:01Z', active: true },
    { id: 'cert_2', name: 'acme@2', ends: '2027-12-06T00:00:00Z' },
  ];
  expect(await asPlanned(uploads, '2026-11-01T00:00:00Z')).toMatchObject({ decision: 'idle', blocked: [] });
  expect(await asPlanned(uploads, '2026-11-01T00:00:01Z')).toMatchObject({
    ...{ decision: 'rotate', successions: [{ retiring: 'cert_1', successor: 'cert_2' }] },
  });
});

import { expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const inventory = fileOf([entry('old', 'acme@1', { until: 10 }), entry('new', 'acme@2', { until: 400 })], {
  proj_a: ['old'],
});

it('an admin key that may not write ends a rehearsal as it ends a run: by name, and every scope works (F18)', async () => {
  const report = await rehearse({ inventory, now: NOW, limits: { without: ['api.mtls.write'] } });
  expect(report).toMatchObject({ outcome: 'halted', requests: { failed: 0 } });
  expect(report.halt).toMatchObject({ error: 'AdminKeyRefused' });
});

it('an audit log that is off, late or closed keeps no rehearsal from its end (F19)', async () => {
  for (const limits of [
    { auditLog: { isOn: false } },
    { auditLog: { late: 900 } },
    { without: ['the audit log'] as const },
  ]) {
    const report = await rehearse({ inventory, now: NOW, limits });
    expect(report).toMatchObject({ outcome: 'rotated', halt: null, requests: { failed: 0 } });
  }
});

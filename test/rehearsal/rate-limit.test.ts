import { expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import type { RehearsalEvent } from '../../simulation/log/progress.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const projects = Array.from({ length: 6 }, (_, i) => `proj_${i}`);
const inventory = fileOf(
  [entry('old', 'acme@1', { until: 10 }), entry('new', 'acme@2', { until: 400 })],
  Object.fromEntries(projects.map((id) => [id, ['old']])),
);

it('a whole rotation under a rate limit ends well: who is told to wait waits, and nobody fails for a 429 alone (F12)', async () => {
  const told: RehearsalEvent[] = [];
  const report = await rehearse({
    ...{ inventory, now: NOW, rateLimit: 300, policy: { concurrency: 10 } },
    tell: (event) => told.push(event),
  });
  expect(report).toMatchObject({ outcome: 'rotated', halt: null, requests: { failed: 0 } });
  expect(report.scopes.filter(({ deactivated }) => deactivated.includes('old'))).toHaveLength(
    projects.length,
  );
  const waited = told.filter(({ kind }) => kind === 'limited');
  expect(waited.length).toBeGreaterThan(5);
  const again = told.filter((event) => event.kind === 'step' && event.outcome !== 'done');
  expect(again).toEqual([]);
});

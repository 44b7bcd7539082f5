import { expect, it } from 'vitest';
import { calmer } from '../../../simulation/faults/fault-rates.ts';
import { calmScenario, NOW } from '../judges/calm-scenario.ts';

it('the judges of a shrunk seed read of no event that was left out of it', () => {
  const filter = { id: 'filter cert_acme1', at: NOW, kind: 'filter', anchor: 'cert_acme1' } as const;
  const scenario = calmScenario({ events: [filter, { ...filter, id: 'filter cert_acme2' }] });
  expect(calmer(scenario, new Set([filter.id])).events.map(({ id }) => id)).toEqual(['filter cert_acme2']);
});

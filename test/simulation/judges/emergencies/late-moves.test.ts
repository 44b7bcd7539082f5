import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import type { Lease } from '../../../../lambdas/domain/memory/lease.ts';
import { createLateMovesWatch } from '../../../../simulation/judges/emergencies/late-moves.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { ScenarioAnchor } from '../../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const at = 1_000 * NOW;
const anchor = (generation: number): ScenarioAnchor => ({
  ...{ id: `cert_acme${generation}`, name: `acme@${generation}`, line: 'acme', generation, renewed: false },
  ...{ validAt: NOW - 86_400, expiresAt: NOW + 90 * 86_400, activeIn: [] },
});

/**
 * Returns the findings where a late call has moved a client onto a cut anchor. A later run has looked and has
 * ended.
 */
function foundAfter(request: object): string[] {
  const scenario = calmScenario({
    ...{ hosts: ['mtls'], anchors: [anchor(0), anchor(1)] },
    clients: [{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0' }, staged: null }],
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const context = { replay, rules: createRules(scenario), scenario };
  const watch = createLateMovesWatch(context, () => new Set(['cert_acme0']));
  const of = (execution: string, invocation: number) => ({ at: at + invocation, execution, invocation });
  const lease: Lease = {
    ...{ holder: 'emergency', mode: 'emergency', token: 2 },
    ...{ takenAt: instant(NOW), released: false },
  };
  const moved = { what: 'leaf', client: 'search', stage: 'AWSCURRENT' } as const;
  const events: LoggedEvent[] = [
    { ...moved, at, by: 'setup', from: null, to: 'cert_acme0' },
    { at, what: 'started', execution: 'rotation', request: {} },
    { at, what: 'started', execution: 'emergency', request },
    { at, what: 'lease', by: { execution: 'emergency', invocation: 1 }, lease },
    { ...moved, at, by: { execution: 'rotation', invocation: 0 }, from: 'cert_acme0', to: 'cert_acme1' },
    { at: at + 2, what: 'started', execution: 'next', request: {} },
    { ...of('next', 3), what: 'invoked', state: 'plan', step: 'plan', input: {} },
    { ...of('next', 3), what: 'returned', result: { decision: 'rotate' }, heard: true },
    { at: at + 4, what: 'ended', execution: 'next', error: null, cause: '' },
  ];
  return events.flatMap((event) => {
    const found = watch(event);
    replay.apply(event);
    return found.map(({ kind }) => kind);
  });
}

const emergency = { mode: 'emergency', anchors: ['cert_acme1'], reason: 'its key leaked' };

it('I11: whom a late call has moved onto what was cut a run that looks after that lets in again', () => {
  expect(foundAfter(emergency)).toEqual(['lockout']);
  expect(foundAfter({ ...emergency, leaveBehind: ['another'] })).toEqual(['lockout']);
});

it('I6: unless an emergency was allowed to leave it behind, which runs after it honour as well', () => {
  expect(foundAfter({ ...emergency, leaveBehind: ['search'] })).toEqual([]);
});

import { expect, test } from 'vitest';
import { createTakingWatch } from '../../../simulation/judges/lease.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const HOUR = 3600;
const anchor = (id: string, expiresAt: number) => ({
  ...{ id, name: id, line: id, generation: 0, renewed: false, validAt: 0, expiresAt, activeIn: [] },
});
const scenario = calmScenario({ anchors: [anchor('cert_soon', NOW + 20 * HOUR)] });

const toggled = (minutes: number, active: boolean): LoggedEvent => ({
  ...{ at: at(minutes), what: 'trust', by: 'outsider', scope: 'proj_a', active, anchorIds: ['cert_soon'] },
});
const taken = (minutes: number, holder: string, token: number): LoggedEvent => ({
  ...{ at: at(minutes), what: 'lease', by: { execution: holder, invocation: token } },
  lease: { holder, token, mode: 'scheduled', startedAt: NOW, isUrgent: false, released: false } as never,
});
const started = (execution: string): LoggedEvent => ({ at: at(0), what: 'started', execution, request: {} });
const asked = (minutes: number, execution: string, step: string, input = {}): LoggedEvent => ({
  ...{ at: at(minutes), what: 'invoked', execution, invocation: minutes, state: step, step, input },
});
const at = (minutes: number): number => 1000 * (NOW + 60 * minutes);

/** A rotation of another authority has promoted its clients and soaks. */
const soaking = [
  ...[started('soaks'), toggled(0, true), taken(1, 'soaks', 1)],
  asked(2, 'soaks', 'promote', { plan: { successions: [{ retiring: 'cert_other' }] } }),
];

function foundIn(...story: LoggedEvent[]): string[] {
  const replay = createReplay();
  const watch = createTakingWatch({ replay, rules: createRules(scenario), scenario });
  return [...soaking, started('sweep'), ...story].flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
}

test('what would expire in a soak is taken over for, also where somebody deactivates it once the run has begun to look (I12, rule 5)', () => {
  expect(foundIn(asked(10, 'sweep', 'plan'), taken(11, 'sweep', 2))).toEqual([]);
  expect(foundIn(asked(10, 'sweep', 'plan'), toggled(11, false), taken(12, 'sweep', 2))).toEqual([]);
});

test('what was inactive before a run began to look is nothing to take over for', () => {
  expect(foundIn(toggled(9, false), asked(10, 'sweep', 'plan'), taken(11, 'sweep', 2))).toEqual(['lease']);
});

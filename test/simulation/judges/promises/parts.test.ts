import { expect, it } from 'vitest';
import { createPartsWatch } from '../../../../simulation/judges/promises/parts.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const at = NOW * 1000;
const plan = { scope: 'proj_a', checks: [{ client: 'api' }] };

const look = (invocation: number) => {
  const about = { at, execution: 'run', invocation };
  const call = { op: 'secret', about: 'GetSecretValue api AWSPENDING', changes: false } as const;
  return {
    asked: { ...about, what: 'invoked', state: 'Verify', step: 'verify', input: { plan } },
    begins: { ...about, what: 'called', call },
    ends: { ...about, what: 'returned', result: {}, heard: true },
    seesNobodyAsked: { ...about, what: 'failed', error: 'NotEnforced', message: '' },
  } satisfies Record<string, LoggedEvent>;
};
const [first, second] = [look(1), look(2)];

/** Returns the findings where Promote moves a client after these looks at its scope. */
function foundAfter(...looks: LoggedEvent[]): string[] {
  const scenario = calmScenario();
  const replay = createReplay();
  const watch = createPartsWatch({ replay, scenario, rules: createRules(scenario) });
  const by = { execution: 'run', invocation: 9 };
  const story: LoggedEvent[] = [
    ...looks,
    {
      at,
      what: 'invoked',
      ...by,
      state: 'Promote',
      step: 'promote',
      input: { plan: { waves: [{ scopes: [plan] }] } },
    },
    { at, what: 'leaf', by, client: 'api', stage: 'AWSCURRENT', from: null, to: 'cert_acme1#1' },
  ];
  return story.flatMap((event) => {
    const found = watch(event);
    replay.apply(event);
    return found.map(({ kind }) => kind);
  });
}

it('a client whose scope was looked at to the end may be moved (I8)', () => {
  expect(foundAfter(first.asked, first.begins, first.ends)).toEqual([]);
});

it('one whose scope is looked at once more is moved before that ends', () => {
  const { asked, begins, ends } = first;
  expect(foundAfter(asked, begins, ends, second.asked, second.begins)).toEqual(['unproven']);
});

it('a look whose answer was lost takes nothing back by beginning when the one in its place has ended', () => {
  const { asked, begins, ends } = second;
  expect(foundAfter(first.asked, asked, begins, ends, first.begins)).toEqual([]);
});

it('it does by beginning before that, and by what it sees of the scope (I8)', () => {
  const { asked, begins, ends } = second;
  expect(foundAfter(first.asked, asked, begins, first.begins)).toEqual(['unproven']);
  expect(foundAfter(first.asked, asked, begins, ends, first.begins, first.seesNobodyAsked)).toEqual([
    'unproven',
  ]);
});

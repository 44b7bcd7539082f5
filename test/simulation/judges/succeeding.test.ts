import { expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { bestSuccessor, isBegunOtherwise, succeeding } from '../../../simulation/judges/succeeding.ts';
import { runningOn } from '../../../simulation/judges/succession/holding.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import type { ScenarioAnchor } from '../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;

const anchor = (line: string, generation: number, days: number): ScenarioAnchor => ({
  ...{ id: `cert_${line}${generation}`, name: `${line}@${generation}`, line, generation, renewed: false },
  ...{ validAt: NOW - 90 * DAY, expiresAt: NOW + days * DAY, activeIn: ['proj_a'] },
});

it.each([
  ['is chosen while no key has leaked', [], 'cert_acme2'],
  ['comes last where the key has leaked, though every leaf is of it', ['cert_globex0'], 'cert_acme1'],
])('I15: an anchor that vouches for a key %s', (_, named, chosen) => {
  const anchors = [
    ...[anchor('acme', 0, 10), anchor('acme', 1, 300), anchor('acme', 2, 400), anchor('globex', 0, 300)],
  ];
  const running = { anchor: 'cert_globex0', by: 'cert_acme2' };
  const clients = [
    { name: 'stock', project: 'proj_a', running, staged: null },
    {
      name: 'billing',
      project: 'proj_a',
      running: { anchor: 'cert_acme0' },
      staged: { anchor: 'cert_acme2' },
    },
  ];
  const policy = policySchema.parse({ soak: 'P1D', safetyMargin: 'P1D' });
  const scenario = calmScenario({ anchors, clients, policy });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const leaves = new Map([
    ['stock', { AWSCURRENT: 'cert_globex0~by=cert_acme2#1', AWSPENDING: null }],
    ['billing', { AWSCURRENT: 'cert_acme0#1', AWSPENDING: 'cert_acme2#1' }],
  ]);
  const active = new Map([['proj_a', new Set(['cert_acme0', 'cert_globex0'])]]);
  const existing = new Set(anchors.map(({ id }) => id));
  const found = succeeding(
    'cert_acme0',
    { at: NOW, since: NOW, existing, leaves, active, named },
    { replay, rules: createRules(scenario), scenario },
  );
  expect(new Set(found)).toEqual(new Set([chosen]));
});

it.each([
  ['goes on', [], true],
  ['ends with a leak of its successor', ['cert_acme1'], false],
])(
  'rule 2: the pair that was begun, and that a silent client keeps from being finished, %s',
  (_, named, goesOn) => {
    const anchors = [anchor('acme', 0, 10), anchor('acme', 1, 300), anchor('acme', 2, 400)];
    const running = { anchor: 'cert_acme0' };
    const clients = [{ name: 'billing', project: 'proj_a', running, staged: { anchor: 'cert_acme1' } }];
    const scenario = calmScenario({ anchors, clients });
    const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
    replay.state.begun.add('cert_acme0 cert_acme1');
    replay.state.broken.add('revoked billing');
    for (const id of named) replay.state.compromised.set(id, 0);
    const context = { replay, rules: createRules(scenario), scenario };
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme2', scope: 'proj_a' };
    expect(isBegunOtherwise(pair, context)).toBe(goesOn);
  },
);

it.each([
  ['nobody of another authority', 'cert_globex0', 0],
  ['who gets in by the authority itself', 'cert_acme1', 1],
])('rule 2: of what a leaf leads to as well runs %s', (_, by, count) => {
  const anchors = [
    anchor('acme', 0, 10),
    anchor('acme', 1, 20),
    anchor('acme', 2, 400),
    anchor('globex', 0, 300),
  ];
  const clients = [
    { name: 'stock', project: 'proj_a', running: { anchor: by, by: 'cert_acme2' }, staged: null },
  ];
  const scenario = calmScenario({ anchors, clients });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const leaves = new Map([['stock', { AWSCURRENT: `${by}~by=cert_acme2#1`, AWSPENDING: null }]]);
  const active = new Map([['proj_a', new Set(['cert_acme0', by])]]);
  const moment = { at: NOW, since: NOW, existing: new Set<string>(), leaves, active, named: [] };
  const context = { replay, rules: createRules(scenario), scenario };
  expect(runningOn('cert_acme2', 'cert_acme0', moment, context)).toBe(count);
});

/**
 * Returns the best successor of the first anchor, after our steps with the last anchor. The first anchor
 * leaks `leakedAfter` milliseconds after them, or never.
 */
function bestAfter(steps: string[], anchors: ScenarioAnchor[], leakedAfter: number | null = null) {
  const scenario = calmScenario({ anchors });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const at = 1_000 * NOW;
  const story = [
    ...anchors.map(({ id }) => ({ at, what: 'anchor', by: 'setup', anchorId: id, exists: true })),
    ...steps.flatMap((step, i) => {
      const by = { execution: `run#${i}`, invocation: i };
      const ids = anchors.slice(-1).map(({ id }) => id);
      const toggled = { scope: 'proj_a', anchorIds: ids, active: step === 'activate' };
      return [
        { at: at + i, what: 'invoked', ...by, state: step, step, input: {} },
        { at: at + i, what: 'trust', by, ...toggled },
      ];
    }),
  ] as LoggedEvent[];
  for (const event of story) replay.apply(event);
  if (leakedAfter !== null) replay.state.compromised.set('cert_acme0', at + leakedAfter);
  return bestSuccessor('cert_acme0', NOW, { replay, rules: createRules(scenario), scenario });
}

const two = [anchor('acme', 0, 10), anchor('acme', 1, 300)];
const three = [...two, anchor('acme', 2, 400)];

it.each([
  ['is', ['undo'], undefined],
  ['is not, of which we have made it active again since', ['undo', 'activate'], 'cert_acme1'],
  ['is not', ['deactivate'], 'cert_acme1'],
])('F16: no cut is demanded in favour of what %s taken back', (_, steps, best) => {
  expect(bestAfter(steps, two)).toBe(best);
});

it('F16: any other that is fit comes before what was taken back, whatever leaks afterwards', () => {
  expect(bestAfter(['undo'], three)).toBe('cert_acme1');
  expect(bestAfter(['undo'], three, 1)).toBe('cert_acme1');
});

it('I16: what is compromised waits for no filter, nor does what was taken back for it come last', () => {
  expect(bestAfter(['undo'], two, 1)).toBe('cert_acme1');
  expect(bestAfter(['undo'], three, -1)).toBe('cert_acme2');
});

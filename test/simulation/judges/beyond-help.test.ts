import { expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { judgeConvergence } from '../../../simulation/judges/convergence.ts';
import { judgeTold } from '../../../simulation/judges/promises/told.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { NOBODY } from '../../../simulation/organizations/filtered-twins.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;

type Story = {
  /** In how many days the anchors expire: the one that waits, and the one of another project that fails. */
  waiting?: number;
  failing?: number;
  /** The anchor that the ready client runs on. */
  on?: string;
  /** What goes wrong for the client that nobody can help. `error` is how the last run ended. */
  trouble?: 'silent' | 'filtered' | null;
  error?: string | null;
  /** Whether the client of the waiting anchor has a leaf to move to. */
  isReady?: boolean;
  /**
   * Of the failing anchor: whether runs have begun it, and whether its client has a leaf to move to.
   * `stuckIn` is the project of the client that nobody can help.
   */
  isBegun?: boolean;
  isAble?: boolean;
  stuckIn?: 'proj_b' | 'proj_c';
};

/**
 * Returns the findings at the end about an anchor whose client is ready. Another anchor has failed for days,
 * and the last plan took on only that one.
 */
function saidOf({ waiting = 25, failing = 3, on = 'cert_acme0', trouble = 'silent', ...last }: Story = {}) {
  const { error = trouble === 'filtered' ? 'SuccessorRefused' : 'ProbeRefused', isReady = true } = last;
  const { isBegun = true, isAble = true, stuckIn = 'proj_b' } = last;
  const policy = policySchema.parse({ leadTime: 'P30D', soak: 'P2D', evidence: 'listing' });
  const anchors = [
    { id: 'cert_acme0', line: 'acme', generation: 0, expiresAt: NOW + waiting * DAY },
    { id: 'cert_acme1', line: 'acme', generation: 1, expiresAt: NOW + 300 * DAY },
    { id: 'cert_globex0', line: 'globex', generation: 0, expiresAt: NOW + failing * DAY },
    { id: 'cert_globexf', line: 'globex', generation: 0, expiresAt: NOW + 300 * DAY, filter: NOBODY },
  ].map((one) => ({
    ...{ ...one, name: `${one.line}@${one.generation}`, validAt: NOW - 90 * DAY, activeIn: [] },
    renewed: 'filter' in one,
  }));
  const clients = [
    { name: 'ready', project: 'proj_a', running: { anchor: on }, staged: { anchor: 'cert_acme1' } },
    { name: 'stuck', project: stuckIn, running: { anchor: 'cert_globexf' }, staged: null },
    { name: 'other', project: 'proj_b', running: { anchor: 'cert_globex0' }, staged: null },
  ];
  const projects = ['proj_a', 'proj_b', 'proj_c'];
  const scenario = calmScenario({
    ...{ start: NOW - 60 * DAY, calm: NOW - 4 * DAY, policy, anchors, clients, projects },
  });
  const projectOf = (name: string) => clients.find((one) => one.name === name)?.project;
  const replay = createReplay({ projectOf, projects });
  const [by, at] = ['setup', 1000 * scenario.start] as const;
  const trust = { at, what: 'trust', by, active: true } as const;
  const leaf = { at, what: 'leaf', by, from: null } as const;
  const stuck = trouble === 'filtered' ? 'cert_globexf' : 'cert_globex0';
  const plan = { execution: 'next#1', invocation: 1 };
  const successions = [{ retiring: 'cert_globex0', successor: 'cert_globexf' }];
  const result = { mode: 'scheduled', decision: 'rotate', successions: [{ retiring: stuck }], blocked: [] };
  const story = [
    ...anchors.map(({ id }) => ({ at, what: 'anchor', by, anchorId: id, exists: true })),
    { ...trust, scope: 'proj_a', anchorIds: ['cert_acme0', 'cert_acme1'] },
    { ...trust, scope: 'proj_b', anchorIds: ['cert_globex0', ...(trouble === 'filtered' ? [stuck] : [])] },
    { ...leaf, client: 'ready', stage: 'AWSCURRENT', to: `${on}#1` },
    ...(isReady ? [{ ...leaf, client: 'ready', stage: 'AWSPENDING', to: 'cert_acme1#1' }] : []),
    { ...leaf, client: 'stuck', stage: 'AWSCURRENT', to: `${stuck}#1` },
    { ...leaf, client: 'other', stage: 'AWSCURRENT', to: 'cert_globex0#1' },
    ...(isAble ? [{ ...leaf, client: 'other', stage: 'AWSPENDING', to: 'cert_globexf#1' }] : []),
    ...(trouble === 'silent' ? [{ at, what: 'trouble', broken: 'revoked stuck', mended: false }] : []),
    ...(isBegun ? [{ at, what: 'recorded', by, entry: { event: 'planned', detail: { successions } } }] : []),
    { at: 1000 * NOW, what: 'invoked', ...plan, state: 'Plan', step: 'plan', input: {} },
    { at: 1000 * NOW, what: 'returned', ...plan, result, heard: true },
    { at: 1000 * NOW, what: 'ended', execution: 'next#1', error, cause: '' },
  ] as LoggedEvent[];
  for (const event of story) replay.apply(event);
  const context = { replay, rules: createRules(scenario), scenario };
  const of = (found: readonly { what: string }[]) =>
    found.filter(({ what }) => what.startsWith('cert_acme0'));
  return { unfinished: of(judgeConvergence(story, context)), untold: of(judgeTold(story, context)) };
}

it.each<[string, Story, number]>([
  ['would expire through another soak', {}, 0],
  ['would, and is refused by a filter', { trouble: 'filtered' }, 0],
  ['has expired since its turn', { failing: -1 }, 0],
  ['expired long before', { failing: -4 }, 1],
  ['has time', { failing: 20 }, 1],
  ['keeps nobody any more', { trouble: null, error: null }, 1],
  ['was never begun', { isBegun: false }, 1],
  ['is blocked for want of a leaf', { isAble: false }, 1],
  ['is nowhere that he is', { stuckIn: 'proj_c' }, 1],
])(
  'rule 3: what is ready waits its turn behind what fails for somebody beyond help, where that %s',
  (_, story, found) => {
    expect(saidOf(story).unfinished).toHaveLength(found);
  },
);

it('I17, rule 3: what would expire itself waits for nobody, nor does what has expired where somebody is outside for it', () => {
  expect(saidOf({ waiting: 7 }).unfinished).toHaveLength(1);
  expect(saidOf({ waiting: -2 }).unfinished).toHaveLength(1);
  expect(saidOf({ waiting: -2, on: 'cert_acme1' }).unfinished).toEqual([]);
});

it('I13: a run that ends green beside what is due has told of it, and so has one that is red for what somebody can mend', () => {
  expect(saidOf({ error: null }).untold).toHaveLength(1);
  expect(saidOf({ trouble: null }).untold).toHaveLength(1);
  expect(saidOf().untold).toEqual([]);
  expect(saidOf({ trouble: 'filtered' }).untold).toEqual([]);
});

it('I13, rule 3: whoever else fails for somebody beyond help, what is blocked is told by every plan', () => {
  expect(saidOf({ isReady: false }).untold).toHaveLength(1);
  expect(saidOf({ isReady: false, trouble: 'filtered', error: 'Blocked' }).untold).toHaveLength(1);
  expect(saidOf({ isBegun: false }).untold).toHaveLength(1);
});

import { expect, it } from 'vitest';
import { createKeptOutWatch } from '../../../../simulation/judges/emergencies/kept-out.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { ScenarioAnchor } from '../../../../simulation/organizations/scenario.ts';
import { KEEPS_STRANGERS_OUT } from '../../../../simulation/organizations/witnesses-of.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const at = 1_000 * NOW;
const anchor = (generation: number): ScenarioAnchor => ({
  ...{ id: `cert_acme${generation}`, name: `acme@${generation}`, line: 'acme', generation, renewed: false },
  ...{ validAt: NOW - 180 * DAY, expiresAt: NOW + 90 * DAY, activeIn: [] },
});

const NOBODY = 'subject.common_name == "nobody"';

/**
 * Returns the findings where an emergency takes a successor back because of a witness, though the successor's
 * filter has kept that witness out.
 */
function foundInnocent({
  of = {},
  filter = NOBODY,
  plan = {},
  said = [],
}: {
  of?: object;
  filter?: string;
  plan?: object;
  /** The lines that the looks at shards after the cut have left in the trail. */
  said?: object[];
}) {
  const scenario = calmScenario({
    anchors: [anchor(0), { ...anchor(1), filter }],
    clients: [{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme1' }, staged: null }],
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createKeptOutWatch({ replay, rules: createRules(scenario), scenario });
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', compromised: true, askedFirst: true };
  const input = {
    plan: { scope: 'proj_a', checks: [], successions: [{ ...pair, ...plan }], ...plan },
    ...{ halt: { Error: 'TrustWidened', Cause: '' }, deactivation: {}, ...of },
  };
  const by = { at, execution: 'one', invocation: 1 };
  const events: LoggedEvent[] = [
    { at, what: 'started', execution: 'one', request: {} },
    {
      ...{ at, what: 'leaf', by: 'setup', client: 'search', stage: 'AWSCURRENT' },
      ...{ from: null, to: 'cert_acme1' },
    },
    ...said.map(
      (detail): LoggedEvent => ({
        ...{ at, what: 'recorded', by },
        entry: {
          execution: 'one',
          startedAt: '',
          at: '',
          event: 'confirmed',
          scope: 'proj_a',
          detail: { ...detail },
        },
      }),
    ),
    { ...by, what: 'invoked', state: 'undo', step: 'undo', input },
    { ...by, what: 'returned', result: { takenBack: ['cert_acme1'] }, heard: true },
  ];
  return events.flatMap((event) => {
    const found = watch(event);
    replay.apply(event);
    return found.map(({ kind }) => kind);
  });
}

it('F7, F16: an emergency takes back after a cut what hosts ask first and turns a client away, also where that has kept the witness out', () => {
  expect(foundInnocent({})).toEqual([]);
});

it('F16: and nothing else that has kept it out', () => {
  expect(foundInnocent({ of: { deactivation: undefined } })).toEqual(['undo']);
  expect(foundInnocent({ plan: { askedFirst: false } })).toEqual(['undo']);
  expect(foundInnocent({ filter: KEEPS_STRANGERS_OUT })).toEqual(['undo']);
});

it('I9: whatever one shard has seen that has left no word after the cut is not known to be nothing', () => {
  const shards = [0, 1].map((at) => ({ at, of: 2 }));
  const among = (...said: object[]) => foundInnocent({ filter: KEEPS_STRANGERS_OUT, plan: { shards }, said });
  const [first, second] = shards.map((shard) => ({ shard }));
  expect(among()).toEqual([]);
  expect(among({ ...first, error: 'TrustWidened' })).toEqual([]);
  expect(among({ ...first, error: 'TrustWidened' }, { ...second, error: 'ProbeUnavailable' })).toEqual([]);
  expect(among({ ...first, error: 'TrustWidened' }, { ...second, error: 'SuccessorRefused' })).toEqual([]);
  expect(among({ ...first, error: 'TrustWidened' }, { ...second })).toEqual(['undo']);
});

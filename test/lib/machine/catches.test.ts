import { describe, expect, it } from 'vitest';
import { scopeVerdictSchema } from '../../../lambdas/domain/document.ts';
import { type Definition, resolveDefinition, type State } from '../../../lib/definition.ts';
import { synthesized } from '../synthesized.ts';
import { catchesOf, placed, reachedFrom } from './walk.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));
const states = placed(definition);
const tasks = states.filter(({ state }) => state.Type === 'Task');
const catching = states.filter(({ state }) => catchesOf(state).length > 0);
const nextAfterCatch = (name: string) =>
  catchesOf(states.find((one) => one.name === name)?.state ?? ({} as State)).map(({ Next }) => Next);

const within = (map: string) => states.find(({ name }) => name === map)?.state.ItemProcessor as Definition;
/**
 * The machines of one scope. A scope that halts ends its machine with a verdict, which the wave judges
 * afterwards.
 */
const [overlapOfOneScope, cutOfOneScope, wholeWayOfOneScope] = [
  within('Activate scope by scope'),
  within('Deactivate scope by scope'),
  within('At once'),
];
const ofOneScope = [overlapOfOneScope, cutOfOneScope, wholeWayOfOneScope];

const verdictOf = ({ Parameters }: State) =>
  (Parameters as { verdict?: Record<string, string> } | undefined)?.verdict;
const isHaltedVerdict = (state: State) => state.Type === 'Pass' && verdictOf(state)?.verdict === 'halted';

const isHaltOfShard = ({ Type, Parameters }: State) =>
  Type === 'Pass' && JSON.stringify(Parameters) === '{"halt.$":"$.halt"}';
/** Returns the states that lead to another state when nothing fails. */
const before = ({ States }: Definition, name: string) =>
  Object.entries(States)
    .filter(([one, { Next, Default, Choices = [] }]) => {
      // A state that may wait first goes on by its default.
      const otherwise = one.startsWith('Have hosts heard') ? [Default] : [];
      return [Next, ...otherwise, ...(Choices as State[]).map((rule) => rule.Next)].includes(name);
    })
    .map(([one]) => one);

/**
 * The state that goes on after a failure. At its end the run looks once more, and is red for what it cannot
 * tell then.
 */
const goesOn = 'Try to let clients in again';
const ending = catching.filter(({ name }) => name !== goesOn);

describe('every catch', () => {
  it.each(tasks)('$name catches everything that it does not retry', ({ name, state }) => {
    const all = { ErrorEquals: ['States.ALL'], ResultPath: expect.any(String), Next: expect.any(String) };
    expect(catchesOf(state).at(-1)).toEqual(all);
    // Only a shard has halts that wait for the other shards and halts that do not.
    expect(catchesOf(state)).toHaveLength(/^(Verify|Confirm) a shard/.test(name) ? 2 : 1);
  });

  it.each(ending)(
    'of $name ends red, whichever way it takes, unless an emergency has taken over',
    ({ state, machine }) => {
      // A scope that halts leaves that as its verdict, and its own execution ends well with it.
      const past = Object.entries(machine.States).filter(
        ([, one]) => ofOneScope.includes(machine) && isHaltedVerdict(one),
      );
      const ends = catchesOf(state).flatMap(({ Next }) => reachedFrom(machine, Next, new Map(past)).ends);
      // A shard leaves its halt to the step that collects the ends of all shards.
      const red = ends.filter(({ state: end }) => end.Type === 'Fail' || isHaltOfShard(end));
      const green = ends.filter((end) => !red.includes(end) && end.name !== 'Superseded');
      expect(green.map(({ name }) => name)).toEqual([]);
    },
  );

  it('of the machine itself comes past the release, whichever way it takes, but for those of the release', () => {
    const outer = ending.filter(({ depth, name }) => depth === 0 && !name.startsWith('Release'));
    const releases = ['Release after a halt', 'Release without a plan'].map(
      (name) => [name, definition.States[name] as State] as const,
    );
    for (const { state, name } of outer) {
      const past = new Map(releases);
      const around = catchesOf(state).flatMap(({ Next }) => reachedFrom(definition, Next, past).ends);
      expect(around, name).toEqual([]);
    }
  });

  it('goes on where a client outside does not answer that is looked at once more in the end, and in no other place', () => {
    expect(nextAfterCatch(goesOn)).toEqual(['Anything to rotate?']);
    const into = states.filter(({ state }) => catchesOf(state).some(({ Next }) => /\?$/.test(Next)));
    expect(into.map(({ name }) => name)).toEqual([goesOn]);
    expect(nextAfterCatch('Look again who is outside')).toEqual(['Release after a halt']);
  });

  it('keeps what went wrong first: what a release, a restoration or an undo adds stands beside it', () => {
    const places = new Map(tasks.map(({ name, state }) => [name, catchesOf(state)[0]?.ResultPath]));
    const elsewhere = [...places].filter(([, path]) => path !== '$.halt');
    expect(Object.fromEntries(elsewhere)).toEqual({
      'Release after a halt': '$.release',
      'Release without a plan': '$.release',
      'Promote who is proven': '$.promotionHalt',
      'Promote who is proven at once': '$.promotionHalt',
      'Promote who is proven in a shard at once': '$.promotionHalt',
      'Restore clients': '$.restoreHalt',
      'Restore clients at once': '$.restoreHalt',
      'Take back everywhere': '$.takenBackHalt',
      'Undo the cut': '$.undoHalt',
      'Prove the undo': '$.undoHalt',
      'Undo an earlier cut': '$.undoHalt',
      'Prove the earlier undo': '$.undoHalt',
      'Undo at once': '$.undoHalt',
      'Prove the undo at once': '$.undoHalt',
    });
  });

  it('that may find promoted clients looks after them first', () => {
    // The clients that a stopped overlap has proven are moved first.
    const first = ['Restore clients', 'Promote who is proven'];
    expect(nextAfterCatch('Activate wave by wave')).toEqual(first);
    for (const name of ['Promote clients', 'Deactivate wave by wave', 'Judge all cuts'])
      expect(nextAfterCatch(name), name).toEqual(['Restore clients']);
    expect(nextAfterCatch('Every scope by itself')).toEqual(['Restore clients at once']);
  });
});

const keysOf = (state: State) =>
  Object.keys(verdictOf(state) ?? {})
    .map((key) => key.replace(/\.\$$/, ''))
    .sort();

describe.each([
  ['overlap', overlapOfOneScope],
  ['cut', cutOfOneScope],
  ['whole way', wholeWayOfOneScope],
])('the %s of one scope', (_, machine) => {
  it('ends in its verdict, in a failure to leave one, or as the twin of another that leaves it', () => {
    const { ends, states: all } = reachedFrom(machine, machine.StartAt);
    const kinds = ends.map(
      ({ name, state }) => `${state.Type} ${name.replace(/(the|whole|overlap|cut|way) ?/g, '').trim()}`,
    );
    const well = ends.filter(({ state }) =>
      ['proven', 'confirmed'].includes(verdictOf(state)?.verdict ?? ''),
    );
    expect(well).toHaveLength(1);
    const others = ['Fail No verdict on', 'Succeed Left to a twin:', 'Task Conclude'];
    expect(kinds.sort()).toEqual([...others, ...well.map(({ name }) => `Task ${name}`)].sort());
    const halted = all.filter(({ state }) => isHaltedVerdict(state));
    expect(halted.length).toBeGreaterThan(0);
    const keys = Object.keys(scopeVerdictSchema.shape).filter(
      (key) => !['provenAt', 'outside', 'undone', 'held'].includes(key),
    );
    for (const { name, state } of halted) {
      const isCut = /undo/i.test(name);
      expect(keysOf(state), name).toEqual([...keys, ...(isCut ? ['undone'] : [])].sort());
    }
  });
});

describe('the overlap of one scope', () => {
  it('is proven by Verify and by nothing else, and hands on when that was', () => {
    const proven = Object.entries(overlapOfOneScope.States).filter(
      ([, state]) => verdictOf(state)?.verdict === 'proven',
    );
    expect(proven.map(([name, state]) => [name, keysOf(state)])).toEqual([
      ['Scope proven', ['scope', 'verdict', 'error', 'cause', 'provenAt', 'outside'].sort()],
    ]);
    const settled = 'Have hosts heard of the activation';
    for (const [name, from] of [
      ['Scope proven', [`${settled}?`, `${settled} for many?`]],
      [`${settled}?`, ['Verify new anchors']],
      [`${settled} for many?`, ['Every shard proven?']],
    ] as const)
      expect(before(overlapOfOneScope, name), name).toEqual(from);
  });

  it('goes to the undo of an earlier cut from wherever it halts', () => {
    for (const name of [
      ...['Look who is outside', 'Activate new anchors', 'Verify new anchors'],
      ...['Activate for many', 'Verify shard by shard', 'Verify every shard'],
    ])
      expect(nextAfterCatch(name), name).toEqual(['Undo an earlier cut']);
  });
});

describe('the cut of one scope', () => {
  it('is confirmed by Confirm and by nothing else', () => {
    const confirmed = Object.entries(cutOfOneScope.States).filter(
      ([, state]) => verdictOf(state)?.verdict === 'confirmed',
    );
    expect(confirmed.map(([name]) => name)).toEqual(['Scope confirmed']);
    for (const [name, from] of [
      ['Scope confirmed', ['Have hosts heard of the cut?', 'Have hosts heard of the cut of many?']],
      ['Have hosts heard of the cut?', ['Confirm']],
      ['Have hosts heard of the cut of many?', ['Every shard confirmed?']],
    ] as const)
      expect(before(cutOfOneScope, name), name).toEqual(from);
  });

  it('goes to the undo from wherever it halts', () => {
    for (const name of [
      ...['Verify again before the cut', 'Deactivate retiring anchors', 'Confirm'],
      ...[
        'Verify shard by shard again',
        'Verify every shard again',
        'Deactivate for many',
        'Confirm shard by shard',
        'Confirm every shard',
      ],
    ])
      expect(nextAfterCatch(name), name).toEqual(['Undo the cut']);
  });
});

describe('the whole way of one scope by itself', () => {
  it('is confirmed by Confirm, or where its own listing shows nothing to cut, and by nothing else', () => {
    const confirmed = Object.entries(wholeWayOfOneScope.States).filter(
      ([, state]) => verdictOf(state)?.verdict === 'confirmed',
    );
    expect(confirmed.map(([name]) => name)).toEqual(['Confirmed by itself']);
    expect(before(wholeWayOfOneScope, 'Confirmed by itself')).toEqual([
      ...['Anything to cut here?', 'Confirm at once'],
      ...['Every shard confirmed at once?', 'Anything to cut for many here?'],
    ]);
  });

  it('goes to the undo from wherever it halts', () => {
    const steps = [
      'Activate at once',
      'Verify at once',
      'Promote its clients',
      'Verify again at once',
      'Deactivate at once',
      'Confirm at once',
      'Activate for many at once',
      ...['Verify', 'Promote', 'Confirm'].map((verb) => `${verb} shard by shard at once`),
      ...['Verify', 'Promote'].map((verb) => `${verb} every shard at once`),
      ...['Verify shard by shard again at once', 'Verify every shard again at once'],
      'Deactivate for many at once',
      'Confirm every shard at once',
    ];
    for (const name of steps) expect(nextAfterCatch(name), name).toEqual(['Undo at once']);
    expect(nextAfterCatch('Promote who is proven at once')).toEqual(['Not all promoted by itself']);
    expect(nextAfterCatch('Promote who is proven shard by shard at once')).toEqual([
      'Not all promoted by itself',
    ]);
  });
});

describe.each([
  [
    overlapOfOneScope,
    'Verify every shard',
    'Every shard proven?',
    'Have hosts heard of the activation for many?',
  ],
  [cutOfOneScope, 'Verify every shard again', 'Every shard proven again?', 'Deactivate for many'],
  [cutOfOneScope, 'Confirm every shard', 'Every shard confirmed?', 'Have hosts heard of the cut of many?'],
  [
    wholeWayOfOneScope,
    'Verify every shard at once',
    'Every shard proven at once?',
    'Promote shard by shard at once',
  ],
  [
    wholeWayOfOneScope,
    'Promote every shard at once',
    'Every shard moved at once?',
    'Verify shard by shard again at once',
  ],
  [
    wholeWayOfOneScope,
    'Verify every shard again at once',
    'Every shard proven again at once?',
    'Deactivate for many at once',
  ],
  [
    wholeWayOfOneScope,
    'Confirm every shard at once',
    'Every shard confirmed at once?',
    'Confirmed by itself',
  ],
])('of all shards', (machine, every, choice, next) => {
  it(`${every} alone lets the scope go on to ${next}, and halts it where one of them has`, () => {
    expect(before(machine, choice)).toEqual([every]);
    const { Choices = [], Default } = machine.States[choice] as State & { Default: string };
    expect(Choices).toEqual([
      { Variable: expect.stringMatching(/^\$\.\w+\.anyHalted$/), BooleanEquals: false, Next: next },
    ]);
    expect(machine.States[Default]).toMatchObject({ Type: 'Pass', ResultPath: '$.halt' });
    expect(machine.States[Default]?.Next).toBe(catchesOf(machine.States[every] as State)[0]?.Next);
  });
});

it.each([
  ['Activate wave by wave', 'Every scope proven?', 'Wave not proven'],
  ['Deactivate wave by wave', 'Every scope confirmed?', 'Wave halted'],
  ['Every scope by itself', 'Every scope safe?', 'Not every scope confirmed'],
])('%s fails when a scope halts', (map, choice, because) => {
  const wave = within(map);
  expect(wave.States[choice]?.Choices).toEqual([
    { Variable: '$.judgement.anyHalted', BooleanEquals: true, Next: because },
  ]);
  expect(reachedFrom(wave, because).ends.map(({ state }) => state.Type)).toEqual(['Fail']);
});

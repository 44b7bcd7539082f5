import { beforeAll, describe, expect, it } from 'vitest';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import type { Definition } from '../../../lib/definition.ts';
import { startMachine } from '../../../simulation/machine/interpreter.ts';
import type { MachineHost } from '../../../simulation/machine/machine-host.ts';
import { onTimeline } from '../../../simulation/machine/machine-time.ts';
import { StateFailure } from '../../../simulation/machine/state-failure.ts';
import { createTimeline } from '../../../simulation/time/timeline.ts';
import { type Synthesized, synthesizedMachine } from '../../../storm/synthesized-machine.ts';
import {
  type Answers,
  answered,
  fails,
  type Input,
  itemsIn,
  rotating,
  rotation,
  run,
  waveOf,
} from '../../lib/locally.ts';
import { placed } from '../../lib/machine/walk.ts';
import { foretold, type Tasks } from './oracle/both.ts';

const NOW = Date.parse('2026-11-23T00:00:00Z');
const DAY = 86_400_000;

let synthesized: Synthesized;
beforeAll(async () => {
  synthesized = await synthesizedMachine();
});

type Asked = { state: string; input: Input; at: number };

/** Runs the machine on a timeline, with steps that give these answers. */
async function interpreted(definition: Definition, answers: Answers, options: Partial<MachineHost> = {}) {
  const timeline = createTimeline(NOW);
  const asked: Asked[] = [];
  const host: MachineHost = {
    time: onTimeline(timeline),
    async invoke({ state, input }) {
      asked.push({ state, input: input as Input, at: timeline.now() });
      try {
        return await answered(answers, state, input as Input);
      } catch (error) {
        const { name, message } = error as Error;
        throw new StateFailure(name, message);
      }
    },
    jitter: () => 1,
    itemsIn,
    ...options,
  };
  const running = startMachine(definition, {}, 'arn:execution', host);
  let end: { error: string | null; cause: string } = { error: 'still running', cause: '' };
  void running.ended.then((ended) => {
    end = ended;
  });
  await timeline.run(NOW + 30 * DAY);
  return { end, asked, timeline, running };
}

/** Groups what was asked by scope, so that the order does not depend on which scope is faster. */
const byScope = (asked: readonly { state: string; input: Input }[]) =>
  Object.fromEntries(
    [...Map.groupBy(asked, ({ input }) => input.plan?.scope ?? 'none')].map(([scope, calls]) => [
      scope,
      calls.map(({ state, input }) => ({ state, keys: Object.keys(input).sort(), halt: input.halt })),
    ]),
  );

/** The same answers, with a record of everything that is asked. */
const overheard = (answers: Answers, asked: Omit<Asked, 'at'>[]): Answers =>
  new Proxy(answers, {
    get: (_, state: string) => (input: Input) => {
      asked.push({ state, input });
      return answers[state]?.(input);
    },
  });

/** The same answers, by the name of each Task of the machine. */
const tasksOf = (answers: Answers): Tasks =>
  Object.fromEntries(
    placed(synthesized.definition)
      .filter(({ state }) => state.Type === 'Task')
      .map(({ name }) => [name, (input) => answered(answers, name, input as Input)]),
  );

/**
 * The same answers with one wave only, because the oracle goes on with the waves after one that has failed.
 */
function inOneWave(answers: Answers): Answers {
  const plan = answers.Plan;
  return {
    ...answers,
    Plan: (input) => {
      const planned = plan?.(input) as { waves?: object[] } | undefined;
      return planned?.waves ? { ...planned, waves: planned.waves.slice(1, 2) } : planned;
    },
  };
}

/**
 * The same machine without a distributed Map, which the oracle does not know. The list is in the execution's
 * own document.
 */
function inlined(machine: Definition): Definition {
  const { ProcessorConfig: _, ...inner } = machine;
  const states = Object.entries(machine.States).map(([name, state]) => {
    const { ItemReader, Label, ToleratedFailurePercentage, ...others } = state;
    const ItemProcessor = state.ItemProcessor && inlined(state.ItemProcessor);
    return [
      name,
      {
        ...others,
        ...(ItemProcessor && { ItemProcessor }),
        ...(ItemReader ? { ItemsPath: '$.wave.scopes' } : {}),
      },
    ];
  });
  return { ...inner, States: Object.fromEntries(states) };
}

/**
 * Replaces the causes, because the oracle loses the backslashes of causes that the machine builds. The
 * error's name is enough.
 */
const withoutCauses = (asked: ReturnType<typeof byScope>) =>
  JSON.parse(JSON.stringify(asked, (key, value) => (key === 'Cause' ? 'a cause' : value)));

const oneScope = {
  ...rotation,
  waves: rotation.waves.map(({ name, scopes }) => waveOf(name, scopes.slice(0, 1))),
};
/** Fails the first time, and answers as usual after that. */
const once = (state: string) => {
  let met = false;
  return (input: Input) => {
    if (met) return rotating()[state]?.(input);
    met = true;
    throw new WindlassError('RateLimited', state);
  };
};

const stories: [string, () => Answers][] = [
  ['nothing is due', () => ({ Plan: () => ({ decision: 'idle', anyOutside: false }) })],
  [
    'everything is blocked',
    () => ({ Plan: () => ({ decision: 'blocked', anyOutside: false, summary: 'upload one' }) }),
  ],
  ['another has the lease', () => ({ Plan: () => ({ decision: 'busy', anyOutside: false }) })],
  ['all goes well', () => rotating()],
  ...[
    'Plan',
    'Activate new anchors',
    'Verify new anchors',
    'Promote clients',
    'Verify again before the cut',
    'Deactivate retiring anchors',
    'Confirm',
    'Schedule next',
    'Release the lease',
  ].flatMap((state): [string, () => Answers][] => [
    [`${state} fails for good`, () => rotating({ Plan: () => oneScope, [state]: fails('LeafChanged') })],
    [`${state} fails once and is tried again`, () => rotating({ [state]: once(state) })],
  ]),
  ['one scope of a wave halts', () => rotating({ Confirm: fails('SuccessorNotActive', 'proj_b') })],
  [
    'the undo fails too',
    () => rotating({ Confirm: fails('SuccessorNotActive'), 'Undo the cut': fails('EnforcementWouldBegin') }),
  ],
  [
    'the undo cannot be proven, nor the lease released',
    () =>
      rotating({
        Confirm: fails('SuccessorNotActive'),
        'Prove the undo': fails('LeafChanged'),
        'Release after a halt': fails('InvalidInput'),
      }),
  ],
];

describe('the interpreter', () => {
  it.each(stories)(
    'asks the same steps for the same on a timeline as on a clock when %s',
    async (_, answers) => {
      const definition = structuredClone(synthesized.definition);
      const mine = await interpreted(definition, answers());
      const asked: Omit<Asked, 'at'>[] = [];
      const theirs = await run(definition, overheard(answers(), asked));
      expect(byScope(mine.asked)).toEqual(byScope(asked));
      expect(mine.end.error).toBe(theirs.error);
    },
  );

  it.each(stories)('asks the same steps for the same as the oracle when %s', async (_, answers) => {
    const mine = await interpreted(structuredClone(synthesized.definition), inOneWave(answers()));
    const theirs = await foretold({
      machine: inlined(synthesized.definition),
      tasks: tasksOf(inOneWave(answers())),
    });
    const asked = theirs.calls.map(([state, input]) => ({ state, input: input as Input }));
    expect(withoutCauses(byScope(mine.asked))).toEqual(withoutCauses(byScope(asked)));
    expect(mine.end.error).toBe(theirs.error);
  });

  it('lets a soak, and the waits between attempts, pass in virtual time', async () => {
    const { end, asked } = await interpreted(
      synthesized.definition,
      rotating({ 'Schedule next': once('Schedule next') }),
    );
    const at = (state: string) => asked.find((one) => one.state === state)?.at;
    expect(end.error).toBeNull();
    expect(at('Verify again before the cut')).toBe(Date.parse('2026-11-30T00:00:00Z'));
    const [first, second] = asked.filter(({ state }) => state === 'Schedule next');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(30_000);
  });

  it('gives a task up at its timeout, and tries it again', async () => {
    let calls = 0;
    const answers = rotating();
    const { end, asked } = await interpreted(synthesized.definition, answers, {
      invoke: async ({ state, input }) => {
        if (state === 'Plan' && calls++ === 0) return new Promise(() => {});
        return answered(answers, state, input as Input);
      },
    });
    expect(end.error).toBeNull();
    expect(calls).toBe(2);
    expect(asked).toEqual([]);
  });

  it('enters no state of a machine that was stopped, or of a Map that has failed', async () => {
    const { asked, running } = await interpreted(
      synthesized.definition,
      rotating({
        Plan: () => ({ ...rotation, waves: rotation.waves.slice(1) }),
        'Verify new anchors': fails('LeafChanged', 'proj_b'),
      }),
    );
    running.stop({ error: 'Aborted', cause: '' });
    expect(asked.map(({ state }) => state)).not.toContain('Promote clients');
    expect(asked.filter(({ input }) => input.plan?.scope === 'organization')).toEqual([]);
  });

  it('ends an execution that runs longer than the machine allows', async () => {
    const { end } = await interpreted({ ...synthesized.definition, TimeoutSeconds: 3_600 }, rotating());
    expect(end.error).toBe('States.Timeout');
  });

  it('refuses a field that it does not know, rather than leave it out', async () => {
    const states = structuredClone(synthesized.definition);
    Object.assign(Object.values(states.States)[0] ?? {}, { Assign: {} });
    const timeline = createTimeline(NOW);
    const host = { time: onTimeline(timeline), invoke: async () => ({}), jitter: () => 1 };
    await expect(startMachine(states, {}, 'arn:execution', host).ended).rejects.toThrow('Assign');
  });
});

import { afterAll, describe, expect, it } from 'vitest';
import { scopeVerdictSchema } from '../../lambdas/domain/document.ts';
import { type Definition, resolveDefinition, type State } from '../../lib/definition.ts';
import { synthesized } from './synthesized.ts';
import { catchesOf, placed, reachedFrom } from './walk.ts';

const { templateOf, clean } = synthesized();
afterAll(clean);
const { definition } = resolveDefinition(templateOf('acme'));
const states = placed(definition);
const tasks = states.filter(({ state }) => state.Type === 'Task');
const catching = states.filter(({ state }) => catchesOf(state).length > 0);
const nextAfterCatch = (name: string) =>
  catchesOf(states.find((one) => one.name === name)?.state ?? ({} as State)).map(({ Next }) => Next);

/** The machine of one scope within the cut: a scope that halts ends it with a verdict, which the wave then judges. */
const cutOfOneScope = states.find(({ name }) => name === 'Deactivate scope by scope')?.state
  .ItemProcessor as Definition;

const verdictOf = ({ Parameters }: State) => Parameters as Record<string, string> | undefined;
const isHaltedVerdict = (state: State) => state.Type === 'Pass' && verdictOf(state)?.verdict === 'halted';

describe('every catch', () => {
  it.each(tasks)('$name catches everything that it does not retry', ({ state }) => {
    expect(catchesOf(state)).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: expect.any(String), Next: expect.any(String) },
    ]);
  });

  it.each(catching)('of $name ends red, whichever way it takes', ({ state, machine }) => {
    const ends = catchesOf(state).flatMap(({ Next }) => reachedFrom(machine, Next).ends);
    expect(ends.length).toBeGreaterThan(0);
    const green = ends.filter(
      (end) => end.state.Type !== 'Fail' && !(machine === cutOfOneScope && isHaltedVerdict(end.state)),
    );
    expect(green.map(({ name }) => name)).toEqual([]);
  });

  it('of the machine itself comes past the release, whichever way it takes, but for those of the release', () => {
    const outer = catching.filter(({ depth, name }) => depth === 0 && !name.startsWith('Release'));
    const release = definition.States['Release after a halt'] as State;
    for (const { state, name } of outer) {
      const past = new Map([['Release after a halt', release]]);
      const around = catchesOf(state).flatMap(({ Next }) => reachedFrom(definition, Next, past).ends);
      expect(around, name).toEqual([]);
    }
  });

  it('keeps what went wrong first: what a release, a restoration or an undo adds stands beside it', () => {
    const places = new Map(tasks.map(({ name, state }) => [name, catchesOf(state)[0]?.ResultPath]));
    const elsewhere = [...places].filter(([, path]) => path !== '$.halt');
    expect(Object.fromEntries(elsewhere)).toEqual({
      'Release after a halt': '$.release',
      'Restore clients': '$.restoration',
      'Undo the cut': '$.undoHalt',
      'Prove the undo': '$.undoHalt',
      'Undo an earlier cut': '$.undoHalt',
      'Prove the earlier undo': '$.undoHalt',
    });
  });

  it('that may find promoted clients looks after them first', () => {
    for (const name of ['Promote clients', 'Deactivate wave by wave'])
      expect(nextAfterCatch(name), name).toEqual(['Restore clients']);
  });
});

describe('the cut of one scope', () => {
  it('ends in a verdict and never in a failure, which would stop the other scopes of its wave halfway', () => {
    const { ends } = reachedFrom(cutOfOneScope, cutOfOneScope.StartAt);
    expect(ends.map(({ state }) => state.Type)).toEqual(ends.map(() => 'Pass'));
    for (const { name, state } of ends)
      expect(
        Object.keys(verdictOf(state) ?? {})
          .map((key) => key.replace(/\.\$$/, ''))
          .sort(),
        name,
      ).toEqual(Object.keys(scopeVerdictSchema.shape).sort());
  });

  it('is confirmed by Confirm and by nothing else', () => {
    const confirmed = Object.entries(cutOfOneScope.States).filter(
      ([, state]) => verdictOf(state)?.verdict === 'confirmed',
    );
    expect(confirmed.map(([name]) => name)).toEqual(['Scope confirmed']);
    const before = Object.entries(cutOfOneScope.States).filter(([, { Next }]) => Next === 'Scope confirmed');
    expect(before.map(([name]) => name)).toEqual(['Confirm']);
  });

  it('goes to the undo from wherever it halts', () => {
    for (const name of ['Verify again before the cut', 'Deactivate retiring anchors', 'Confirm'])
      expect(nextAfterCatch(name), name).toEqual(['Undo the cut']);
  });

  it('makes the wave fail when it halts', () => {
    const wave = states.find(({ name }) => name === 'Deactivate wave by wave')?.state
      .ItemProcessor as Definition;
    const choice = wave.States['Every scope confirmed?'];
    expect(choice?.Choices).toEqual([{ Variable: '$.anyHalted', BooleanEquals: true, Next: 'Wave halted' }]);
    expect(reachedFrom(wave, 'Wave halted').ends.map(({ state }) => state.Type)).toEqual(['Fail']);
  });
});

import { StateMachine } from 'aws-local-stepfunctions';
import { afterAll, describe, expect, it } from 'vitest';
import { type Definition, resolveDefinition } from '../../lib/definition.ts';
import { synthesized } from './synthesized.ts';
import { placed } from './walk.ts';

const { templateOf, clean } = synthesized();
afterAll(clean);
const { definition } = resolveDefinition(templateOf('acme'));

// The local engine sets the start time itself.
const execution = { id: 'arn:execution', startedAt: expect.any(String) };
const scopesOf = (...scopes: string[]) => scopes.map((scope) => ({ scope, successions: [], checks: [] }));
const rotation = {
  decision: 'rotate',
  evidence: 'probe',
  waves: [
    { name: 'canary', scopes: scopesOf('proj_a') },
    { name: 'organization', scopes: scopesOf('organization') },
  ],
};

type Input = { plan?: { scope?: string }; beforeCut?: boolean };

/** Runs the synthesized machine on steps that answer as told, and says which were asked what. */
async function run(answers: Record<string, (input: Input) => unknown>, request: object = {}) {
  const asked: { state: string; input: Input }[] = [];
  const names = placed(definition as Definition)
    .filter(({ state }) => state.Type === 'Task')
    .map(({ name }) => name);
  const handlers = names.map((state) => [
    state,
    async (input: Input) => {
      asked.push({ state, input });
      return answers[state]?.(input) ?? { scope: input.plan?.scope, by: state };
    },
  ]);
  const machine = new StateMachine(
    structuredClone(definition) as ConstructorParameters<typeof StateMachine>[0],
  );
  const { result } = machine.run(request as never, {
    context: { Execution: { Id: execution.id } } as never,
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers), waitTimeOverrides: { Soak: 0 } },
  });
  const ended = await result.then(
    (document) => ({ document }),
    ({ cause }: Error) => ({ error: cause }),
  );
  return {
    ended,
    asked,
    entered: asked.map(({ state, input }) => `${state} ${input.plan?.scope ?? ''}`.trim()),
  };
}

const promoted = () => ({ promoted: [], alreadyCurrent: [], soakUntil: '2026-11-30T00:00:00.000Z' });
const named = (name: string) => () => {
  throw Object.assign(new Error(`it was ${name}`), { name });
};

describe('an execution', () => {
  it('takes every wave through the sentence and keeps one small verdict for each scope', async () => {
    const { ended, entered } = await run({ Plan: () => rotation, 'Promote clients': promoted });
    expect(entered).toEqual([
      'Plan',
      'Activate new anchors proj_a',
      'Verify new anchors proj_a',
      'Activate new anchors organization',
      'Verify new anchors organization',
      'Promote clients',
      'Verify again before the cut proj_a',
      'Deactivate retiring anchors proj_a',
      'Confirm proj_a',
      'Verify again before the cut organization',
      'Deactivate retiring anchors organization',
      'Confirm organization',
      'Schedule next',
    ]);
    expect(ended).toMatchObject({
      document: {
        verification: [
          [{ scope: 'proj_a', by: 'Verify new anchors' }],
          [{ scope: 'organization', by: 'Verify new anchors' }],
        ],
        confirmation: [[{ scope: 'proj_a', by: 'Confirm' }], [{ scope: 'organization', by: 'Confirm' }]],
      },
    });
  });

  it('hands each step what it reads, and the request as it came', async () => {
    const request = { mode: 'manual', reason: 'practice' };
    const { asked } = await run({ Plan: () => rotation, 'Promote clients': promoted }, request);
    const inputOf = (state: string) => asked.find((call) => call.state === state)?.input;
    const scope = { execution, evidence: 'probe', plan: { scope: 'proj_a' } };
    expect(inputOf('Plan')).toMatchObject({
      request,
      execution,
      configuration: { clients: [{}, {}], policy: { soak: 'P3D' } },
    });
    expect(inputOf('Activate new anchors')).toMatchObject(scope);
    expect(inputOf('Verify again before the cut')).toMatchObject({ ...scope, beforeCut: true });
    expect(inputOf('Deactivate retiring anchors')).toMatchObject(scope);
    expect(inputOf('Promote clients')).toMatchObject({
      execution,
      plan: rotation,
      verification: [[{}], [{}]],
    });
    expect(inputOf('Schedule next')).toEqual({ execution, plan: rotation });
  });

  it('only schedules the next run when nothing is due', async () => {
    const { ended, entered } = await run({ Plan: () => ({ decision: 'idle' }) });
    expect(entered).toEqual(['Plan', 'Schedule next']);
    expect(ended).toHaveProperty('document');
  });

  it('schedules the next run and then ends red when everything that is due is blocked', async () => {
    const { ended, entered } = await run({
      Plan: () => ({ decision: 'blocked', summary: 'upload acme-root@2027' }),
    });
    expect(entered).toEqual(['Plan', 'Schedule next']);
    expect(ended).toMatchObject({ error: { name: 'Blocked', message: 'upload acme-root@2027' } });
  });

  // The local engine may enter the next wave before it hears of the failure, so the same scope is looked at.
  it.each([
    ['Plan', 'Activate new anchors proj_a'],
    ['Activate new anchors', 'Verify new anchors proj_a'],
    ['Verify new anchors', 'Promote clients'],
    ['Promote clients', 'Verify again before the cut proj_a'],
    ['Verify again before the cut', 'Deactivate retiring anchors proj_a'],
    ['Deactivate retiring anchors', 'Confirm proj_a'],
    ['Confirm', 'Schedule next'],
    ['Schedule next', 'Done'],
  ])('halts under the name of what went wrong in %s, and does not go on to %s', async (state, next) => {
    const steps = { Plan: () => rotation, 'Promote clients': promoted, [state]: named('LeafChanged') };
    const { ended, entered } = await run(steps);
    expect(ended).toMatchObject({ error: { name: 'LeafChanged', message: 'it was LeafChanged' } });
    expect(entered).not.toContain(next);
  });
});

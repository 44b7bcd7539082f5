import validate from 'asl-validator';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { documentSchema, scopeDocumentSchema, waveSchema } from '../../lambdas/domain/document.ts';
import { errorNames, propagationErrors, retryableErrors } from '../../lambdas/domain/errors.ts';
import { resolveDefinition } from '../../lib/definition.ts';
import { configuration, synthesized } from './synthesized.ts';
import { pathsIn, placed, sentenceOf } from './walk.ts';

type Retry = {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxDelaySeconds?: number;
  MaxAttempts: number;
};
type Catch = { ErrorEquals: string[]; ResultPath: string; Next: string };

const { templateOf, clean } = synthesized();
afterAll(clean);
const { definition, functions } = resolveDefinition(templateOf('acme'));
const states = placed(definition);
const tasks = states.filter(({ state }) => state.Type === 'Task');
const retriesOf = ({ state }: (typeof states)[number]) => (state.Retry ?? []) as Retry[];
const catchesOf = ({ state }: (typeof states)[number]) => (state.Catch ?? []) as Catch[];

describe('the state machine', () => {
  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(structuredClone(definition));
    expect(isValid, errorsText()).toBe(true);
  });

  it('reads as the sentence', () => {
    expect(sentenceOf(definition)).toEqual([
      'Receive request',
      'Plan',
      'Anything to rotate?',
      'Activate wave by wave',
      'Activate scope by scope',
      'Activate new anchors',
      'Verify new anchors',
      'Promote clients',
      'Soak',
      'Deactivate wave by wave',
      'Deactivate scope by scope',
      'Verify again before the cut',
      'Deactivate retiring anchors',
      'Confirm',
      'Schedule next',
      'Anything blocked?',
      'Blocked',
    ]);
  });

  it('ends green only where nothing was left undone', () => {
    const ends = states.filter(({ state }) => ['Succeed', 'Fail'].includes(state.Type));
    expect(ends.map(({ name, state }) => `${state.Type} ${name}`).sort()).toEqual([
      'Fail Blocked',
      'Fail Halted',
      'Fail Scope halted while activating',
      'Fail Scope halted while deactivating',
      'Succeed Done',
    ]);
  });

  it('proves one wave before it begins the next, and takes as many scopes at once as the policy says', () => {
    const concurrency = states
      .filter(({ state }) => state.Type === 'Map')
      .map(({ name, state }) => [name, state.MaxConcurrency]);
    expect(Object.fromEntries(concurrency)).toEqual({
      'Activate wave by wave': 1,
      'Activate scope by scope': configuration.organizations.acme?.policy.concurrency,
      'Deactivate wave by wave': 1,
      'Deactivate scope by scope': configuration.organizations.acme?.policy.concurrency,
    });
  });

  it('hands Plan the clients and the policy, since a function could not hold them', () => {
    const { clients, policy } = configuration.organizations.acme ?? {};
    expect(definition.States.Plan?.Parameters).toMatchObject({ configuration: { clients, policy } });
  });

  it('says before the cut that it is before the cut', () => {
    const again = states.find(({ name }) => name === 'Verify again before the cut');
    expect(again?.state.Parameters).toMatchObject({ beforeCut: true });
  });

  it('uses nothing that the local engine lacks', () => {
    const text = JSON.stringify(definition);
    expect(text).not.toMatch(/"ResultPath":"\$"|"IsPresent"|\$\$\.State|JSONata/);
    const outsideSelectors = states
      .flatMap(({ state }) => pathsIn(state))
      .filter(({ field, path }) => path.startsWith('$$.Map') && !field.startsWith('ItemSelector.'));
    expect(outsideSelectors).toEqual([]);
  });
});

describe('every task', () => {
  it.each(tasks)('$name gives its function time to end by itself first', ({ state }) => {
    const { timeoutSeconds } = functions[state.Resource ?? ''] ?? {};
    expect(state.TimeoutSeconds).toBeGreaterThan(timeoutSeconds ?? Number.POSITIVE_INFINITY);
  });

  it.each(tasks)('$name retries only what may pass by itself', (task) => {
    const names = retriesOf(task).flatMap(({ ErrorEquals }) => ErrorEquals);
    const ours = names.filter((name) => !/^(Lambda|Sandbox|Runtime|States)\.[A-Z]/.test(name));
    const probing = /^(Verify|Confirm)/.test(task.name);
    expect(errorNames).toEqual(expect.arrayContaining(ours));
    expect(ours.sort()).toEqual([...retryableErrors, ...(probing ? propagationErrors : [])].sort());
    expect(new Set(names).size, 'a name that stands twice is retried by the first rule only').toBe(
      names.length,
    );
    expect(names).toEqual(expect.arrayContaining(['Lambda.TooManyRequestsException', 'Sandbox.Timedout']));
    expect(names).not.toContain('States.ALL');
  });

  it.each(tasks)('$name rides out half an hour without the API', (task) => {
    const retry = retriesOf(task).find(({ ErrorEquals }) => ErrorEquals.includes('ApiUnavailable'));
    if (!retry) throw new Error('not retried');
    const { IntervalSeconds, BackoffRate, MaxDelaySeconds = Number.POSITIVE_INFINITY, MaxAttempts } = retry;
    const bounds = Array.from({ length: MaxAttempts }, (_, n) =>
      Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds),
    );
    // Full jitter waits half of each bound on average.
    expect(bounds.reduce((total, bound) => total + bound / 2, 0)).toBeGreaterThan(1800);
  });

  it.each(tasks)('$name ends in a Fail state for everything else', (task) => {
    expect(catchesOf(task)).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.halt', Next: expect.any(String) },
    ]);
    const fail = task.machine.States[catchesOf(task)[0]?.Next ?? ''];
    expect(fail).toEqual({ Type: 'Fail', ErrorPath: '$.halt.Error', CausePath: '$.halt.Cause' });
  });

  it('halts the whole rotation when one scope halts', () => {
    const outer = states.filter(({ state, depth }) => state.Type === 'Map' && depth === 0);
    expect(outer.map((map) => catchesOf(map)[0]?.Next)).toEqual(['Halted', 'Halted']);
  });
});

describe('every path', () => {
  // By depth of Map states: the document, one wave of it, one scope of the wave.
  const halt = z.object({ Error: z.string(), Cause: z.string() });
  const wave = scopeDocumentSchema.pick({ execution: true, evidence: true }).extend({ wave: waveSchema });
  const schemas = [documentSchema.extend({ halt }), wave, scopeDocumentSchema.extend({ halt })].map(
    (schema) => z.toJSONSchema(schema),
  );

  const leads = (schema: unknown, [head, ...rest]: string[]): boolean => {
    if (head === undefined) return true;
    const properties = (schema as { properties?: Record<string, unknown> }).properties ?? {};
    return head in properties && leads(properties[head], rest);
  };

  const used = states.flatMap(({ name, state, depth }) =>
    pathsIn(state)
      .filter(({ path }) => path !== '$' && !path.startsWith('$$'))
      .map(({ field, path }) => ({ name, field, path, depth })),
  );

  it.each(used)('$name: $field $path is in the document', ({ path, depth }) => {
    expect(leads(schemas[depth], path.replace(/^\$\./, '').split('.'))).toBe(true);
  });
});

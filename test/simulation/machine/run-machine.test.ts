import { expect, it } from 'vitest';
import type { Definition, State } from '../../../lib/definition.ts';
import { type MachineOptions, runMachine } from '../../../simulation/machine/run-machine.ts';
import { createVirtualClock } from '../../../simulation/time/virtual-clock.ts';

const START = Date.parse('2031-05-01T00:00:00Z') / 1000;
const HOUR = 3600;

const task = (over: object = {}): State => ({ Type: 'Task', Resource: 'fn', End: true, ...over });
const machine = (States: Record<string, State>, over: object = {}): Definition => ({
  StartAt: Object.keys(States)[0] ?? '',
  States,
  ...over,
});
const failing = (name: string) => Object.assign(new Error(`${name} happened`), { name });

/** Runs a definition. `seen` collects what the observer hears, and `clock` starts at START. */
async function run(definition: Definition, over: Partial<MachineOptions> = {}) {
  const clock = createVirtualClock(START);
  const seen: string[] = [];
  const end = await runMachine({
    definition,
    input: {},
    clock,
    invoke: async () => ({}),
    wait: async (until) => clock.advanceTo(until),
    observer: {
      entered: (state) => seen.push(`entered ${state}`),
      done: (state) => seen.push(`done ${state}`),
      failed: (state, _, error, again) => seen.push(`${again ? 'again' : 'failed'} ${state} ${error.name}`),
    },
    ...over,
  });
  return { end, seen, elapsed: clock.now() - START, clock };
}

it('ends well with the transitions that Step Functions would bill', async () => {
  const definition = machine({ One: task({ Next: 'Two', End: undefined }), Two: { Type: 'Succeed' } });
  const { end, seen } = await run(definition);
  expect(end).toEqual({ error: null, cause: '', output: {}, stateTransitions: 2 });
  expect(seen).toEqual(['entered One', 'done One', 'entered Two']);
});

it('passes a wait in virtual time, before the state that follows it', async () => {
  const definition = machine({
    Soak: { Type: 'Wait', TimestampPath: '$.until', Next: 'After' },
    After: task(),
  });
  const times: number[] = [];
  const clock = createVirtualClock(START);
  await run(definition, {
    clock,
    input: { until: '2031-05-08T00:00:00Z' },
    wait: async (until) => clock.advanceTo(until),
    invoke: async () => times.push(clock.now()),
  });
  expect(times).toEqual([START + 7 * 24 * HOUR]);
});

it('retries at once, and moves the clock by the waits there would have been', async () => {
  const retry = { ErrorEquals: ['RateLimited'], IntervalSeconds: 600, BackoffRate: 2, MaxDelaySeconds: 1800 };
  const definition = machine({ One: task({ Retry: [{ ...retry, MaxAttempts: 4 }] }) });
  let calls = 0;
  const { end, seen, elapsed } = await run(definition, {
    invoke: async () => {
      if (++calls < 5) throw failing('RateLimited');
      return {};
    },
  });
  expect(end).toMatchObject({ error: null, stateTransitions: 5 });
  expect(seen.filter((line) => line === 'again One RateLimited')).toHaveLength(4);
  expect(elapsed).toBeGreaterThanOrEqual(600 + 1200 + 1800 + 1800);
  expect(elapsed).toBeLessThan(600 + 1200 + 1800 + 1800 + HOUR);
});

it('gives up when the attempts are spent, with the name and cause of the last failure', async () => {
  const definition = machine({
    One: task({
      Retry: [{ ErrorEquals: ['RateLimited'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.halt', Next: 'Halted' }],
    }),
    Halted: { Type: 'Fail', ErrorPath: '$.halt.Error', CausePath: '$.halt.Cause' },
  });
  const { end, seen } = await run(definition, { invoke: async () => Promise.reject(failing('RateLimited')) });
  expect(end).toMatchObject({ error: 'RateLimited', cause: 'RateLimited happened' });
  expect(seen).toContain('failed One RateLimited');
});

it('keeps a cause that is JSON whole, alone and in a list, for whoever is handed it and at the end', async () => {
  const lambda = JSON.stringify({
    errorType: 'RateLimited',
    errorMessage: 'a "quoted" {} \\ word',
    trace: ['at x'],
  });
  const definition = machine({
    One: task({ Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.halt', Next: 'Tell' }] }),
    Tell: task({ End: undefined, ResultPath: '$.told', Next: 'List' }),
    List: {
      Type: 'Pass',
      Parameters: { halts: [{ 'cause.$': "States.Format('{}; {}', $.halt.Cause, 'undone')" }] },
      Next: 'Words',
    },
    Words: { Type: 'Pass', Parameters: { 'Cause.$': 'States.JsonToString($.halts)' }, Next: 'Halted' },
    Halted: { Type: 'Fail', Error: 'Halted', CausePath: '$.Cause' },
  });
  const asked: unknown[] = [];
  const invoke = async (_: string, input: unknown) => {
    asked.push(input);
    if (asked.length === 1) throw Object.assign(new Error(lambda), { name: 'RateLimited' });
    return {};
  };
  const { end } = await run(definition, { invoke });
  expect(asked[1]).toMatchObject({ halt: { Error: 'RateLimited', Cause: lambda } });
  expect(JSON.parse(end.cause)).toEqual([{ cause: `${lambda}; undone` }]);
});

it('starts no queued iteration of a Map once one has failed', async () => {
  const definition = machine({
    Scopes: {
      Type: 'Map',
      ItemsPath: '$.scopes',
      MaxConcurrency: 1,
      ItemProcessor: machine({ Toggle: task() }),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.halt', Next: 'Undo' }],
      End: true,
    },
    Undo: task({ Next: 'Halted', End: undefined }),
    Halted: { Type: 'Fail', Error: 'Halted' },
  });
  const calls: unknown[] = [];
  const { end } = await run(definition, {
    input: { scopes: ['a', 'b', 'c'] },
    invoke: async (_, input) => {
      calls.push(typeof input === 'string' ? input : 'undo');
      if (input === 'a') throw failing('ApiRefused');
      return {};
    },
  });
  expect(end.error).toBe('Halted');
  expect(calls).toEqual(['a', 'undo']);
});

it('leaves no timer behind, which would keep the process alive', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = timers();
  const scopes = machine({ Toggle: task({ TimeoutSeconds: HOUR }) });
  const definition = machine({
    Scopes: { Type: 'Map', ItemsPath: '$.scopes', MaxConcurrency: 1, ItemProcessor: scopes, End: true },
  });
  await run(definition, {
    input: { scopes: ['a', 'b', 'c'] },
    invoke: async () => Promise.reject(failing('ApiRefused')),
  });
  await expect.poll(timers).toBeLessThanOrEqual(before);
});

it('fails as Step Functions does when a state would carry more than 256 KiB', async () => {
  const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Two' }] };
  const definition = machine({ One: task(caught), Two: { Type: 'Succeed' } });
  const { end } = await run(definition, { invoke: async () => 'x'.repeat(262_144) });
  expect(end).toMatchObject({ error: 'States.DataLimitExceeded' });
});

it('counts the whole document against that limit, not only what the last step added', async () => {
  const definition = machine({
    One: task({ ResultPath: '$.one', Next: 'Two', End: undefined }),
    Two: task({ ResultPath: '$.two' }),
  });
  const { end } = await run(definition, { invoke: async () => 'x'.repeat(140_000) });
  expect(end).toMatchObject({ error: 'States.DataLimitExceeded' });
});

it('stamps the execution with virtual time, and leaves our own Date alone', async () => {
  const definition = machine({
    Stamp: { Type: 'Pass', Parameters: { 'at.$': '$$.Execution.StartTime' }, Next: 'One' },
    One: task(),
  });
  const inputs: unknown[] = [];
  await run(definition, { invoke: async (_, input) => inputs.push(input) });
  expect(inputs).toMatchObject([{ at: expect.stringMatching(/^2031-05-01T/) }]);
  expect(new Date().getFullYear()).not.toBe(2031);
});

it('runs a machine that may take months', async () => {
  const { end } = await run(machine({ One: task() }, { TimeoutSeconds: 90 * 24 * HOUR }));
  expect(end.error).toBeNull();
});

it('stops when it is told to', async () => {
  const controller = new AbortController();
  const definition = machine({ One: task({ Next: 'Two', End: undefined }), Two: task() });
  const { end, seen } = await run(definition, {
    signal: controller.signal,
    invoke: async () => {
      controller.abort();
      return {};
    },
  });
  expect(end.error).toBe('Aborted');
  expect(seen).not.toContain('done Two');
});

it("gives a distributed Map's child the ARN that Step Functions would: the machine's name with the Map's label", async () => {
  const here = 'arn:aws:states:us-east-1:000000000000:execution';
  const own = { Type: 'Pass', Parameters: { 'id.$': '$$.Execution.Id' }, End: true } as const;
  const ItemProcessor = {
    ...{ StartAt: 'Own', States: { Own: own } },
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  };
  const definition = machine({ Each: { Type: 'Map', Label: 'the-cut', ItemProcessor, End: true } });
  const { end } = await run(definition, { input: ['a', 'b'], executionArn: `${here}:windlass-acme:run` });
  expect(end.output).toEqual([
    { id: `${here}:windlass-acme/the-cut:run-0` },
    { id: `${here}:windlass-acme/the-cut:run-1` },
  ]);
});

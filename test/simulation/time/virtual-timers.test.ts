import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { type LambdaHost, startLambdaHost } from '../../../simulation/functions/lambda-host.ts';
import {
  createSkew,
  createVirtualClock,
  joinVirtualClock,
  putRight,
} from '../../../simulation/time/virtual-clock.ts';

const START = Date.parse('2031-05-01T00:00:00Z') / 1000;

let folder: string;
let host: LambdaHost | undefined;
afterEach(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A function whose waits pass in virtual time. */
async function hurried(source: string, skew?: SharedArrayBuffer) {
  folder = await mkdtemp(join(tmpdir(), 'virtual-timers-'));
  const file = join(folder, 'index.mjs');
  await writeFile(file, source);
  const fn = { name: 'Fn', entry: pathToFileURL(file).href, environment: {}, timeoutSeconds: 30, skew };
  const clock = createVirtualClock(START);
  host = startLambdaHost([fn], { clock, trusted: [], platform: {}, hurried: true });
  return { clock, host, invoke: (event: object) => (host as LambdaHost).invoke('Fn', event) };
}

const sleeping = (ms: number) =>
  `export const handler = () => new Promise((done) => setTimeout(() => done('woken'), ${ms}));`;

it('a delay before another attempt passes at once, and takes the time it would have taken', async () => {
  const { clock, invoke } = await hurried(sleeping(7_654.3));
  expect(await invoke({})).toBe('woken');
  expect(clock.now() - START).toBeGreaterThanOrEqual(7);
});

it('a pause of whole seconds within a step passes at once, too', async () => {
  const source = `import { setTimeout } from 'node:timers/promises';
    export const handler = () => Promise.race([
      setTimeout(25_000, 'woken'),
      new Promise((done) => globalThis.setTimeout(() => done('the guard of real time was first'), 20_000)),
    ]);`;
  const { clock, invoke } = await hurried(source);
  expect(await invoke({})).toBe('woken');
  expect(clock.now() - START).toBeGreaterThanOrEqual(25);
  expect(clock.now() - START).toBeLessThan(29);
});

it('a guard runs out when it is told that waiting is no use, whoever set it', async () => {
  const source = `export const handler = () => new Promise((done) => {
    const late = setTimeout(() => done('too late'), 20_000);
    AbortSignal.timeout(10_000).addEventListener('abort', () => { clearTimeout(late); done('cut off'); });
  });`;
  const { clock, host, invoke } = await hurried(source);
  const answer = invoke({});
  const pushing = setInterval(() => host.expire(), 20);
  expect(await answer).toMatch(/cut off|too late/);
  clearInterval(pushing);
  expect(clock.now() - START).toBeGreaterThanOrEqual(10);
});

it('a guard that has only just been set is left alone: its call may yet be answered', async () => {
  const source = `export const handler = () => new Promise((done) => {
    const guard = setTimeout(() => done('cut off'), 20_000);
    setImmediate(() => { clearTimeout(guard); done('answered'); });
  });`;
  const { host, invoke } = await hurried(source);
  await invoke({});
  const answer = invoke({});
  host.expire();
  expect(await answer).toBe('answered');
});

it('what a function has left behind runs out, too, though nothing is at work there any more', async () => {
  const source = `let over = false; export const handler = async ({ leave }) => {
    if (leave) setTimeout(() => { over = true; }, 20_000);
    return over;
  };`;
  const { host, invoke } = await hurried(source);
  expect(await invoke({ leave: true })).toBe(false);
  for (let i = 0; i < 5; i++) {
    await new Promise((done) => setTimeout(done, 20));
    host.expire();
  }
  expect(await invoke({})).toBe(true);
});

it('a crash ends a function in the middle, and the next invocation finds a cold one', async () => {
  const { host, invoke } = await hurried(
    `let invoked = 0; export const handler = ({ hang }) => hang ? new Promise((done) => setTimeout(done, 300_000)) : ++invoked;`,
  );
  expect([await invoke({}), await invoke({})]).toEqual([1, 2]);
  const cutOff = invoke({ hang: true });
  host.crash();
  await expect(cutOff).rejects.toMatchObject({ name: 'Runtime.ExitError' });
  expect(await invoke({})).toBe(1);
});

it('a clock that is off is off for the function alone', async () => {
  const skew = createSkew(-600_000);
  const { clock, invoke } = await hurried('export const handler = async () => Date.now();', skew);
  const told = Number(await invoke({})) / 1000;
  expect(clock.now() - told).toBeGreaterThanOrEqual(599);
  putRight(skew);
  expect(Number(await invoke({})) / 1000).toBeGreaterThan(told + 500);
});

it('a clock that was stopped shows one instant, jumps when told to, and runs on from there', async () => {
  const clock = createVirtualClock(START);
  clock.stop();
  const [first, other] = [clock.milliseconds(), joinVirtualClock(clock.shared)];
  await new Promise((done) => setTimeout(done, 20));
  expect([clock.milliseconds(), other.milliseconds()]).toEqual([first, first]);
  clock.advanceTo(START + 60);
  expect(other.milliseconds()).toBe((START + 60) * 1000);
  other.start();
  await new Promise((done) => setTimeout(done, 20));
  expect(clock.milliseconds()).toBeGreaterThan((START + 60) * 1000);
  expect(clock.milliseconds()).toBeLessThan((START + 70) * 1000);
});

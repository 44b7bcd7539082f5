import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LambdaHost, startLambdaHost } from '../../../simulation/functions/lambda-host.ts';
import { createVirtualClock } from '../../../simulation/time/virtual-clock.ts';

let folder: string;
let host: LambdaHost | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lambda-host-'));
});
afterEach(async () => {
  await host?.close();
  await rm(folder, { recursive: true });
});

const clock = createVirtualClock(Date.parse('2031-05-01T00:00:00Z') / 1000);

async function start(source: string, environment: Record<string, string> = {}, timeoutSeconds = 30) {
  const file = join(folder, 'index.mjs');
  await writeFile(file, source);
  const entry = pathToFileURL(file).href;
  const platform = { AWS_REGION: 'us-east-1' };
  host = startLambdaHost([{ name: 'Fn', entry, environment, timeoutSeconds }], {
    clock,
    trusted: [],
    platform,
  });
  return (event: unknown) => (host as LambdaHost).invoke('Fn', event);
}

it('shows a function its own environment and nothing of ours', async () => {
  process.env.OF_THE_OPERATOR = 'private';
  const invoke = await start('export const handler = async () => ({ ...process.env })', {
    OWN: 'yes',
    NODE_OPTIONS: '--enable-source-maps',
  });
  expect(await invoke({})).toEqual({ OWN: 'yes', AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: 'Fn' });
  delete process.env.OF_THE_OPERATOR;
});

it('tells a function virtual time from its first line on, jumps included', async () => {
  const invoke = await start(
    'const born = new Date(); export const handler = async () => [born.toISOString(), new Date().toISOString(), new Date(2020, 1).getFullYear(), new Date(0) instanceof Date]',
  );
  clock.advanceTo(Date.parse('2031-05-08T00:00:00Z') / 1000);
  const [, later, year, isDate] = (await invoke({})) as [string, string, number, boolean];
  expect(later.slice(0, 10)).toBe('2031-05-08');
  expect([year, isDate]).toEqual([2020, true]);
});

it('never takes virtual time back', () => {
  const before = clock.now();
  clock.advanceTo(before - 1000);
  expect(clock.now()).toBeGreaterThanOrEqual(before);
});

it('hands back a thrown error with its name, message and trace, as Step Functions sees it', async () => {
  const invoke = await start(
    `export const handler = async () => { const e = new Error('no such project'); e.name = 'UnknownProject'; throw e; }`,
  );
  const error = await invoke({}).then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
  expect(error.name).toBe('UnknownProject');
  expect(JSON.parse(error.message)).toMatchObject({
    errorType: 'UnknownProject',
    errorMessage: 'no such project',
  });
});

it('passes events and answers as JSON, so that undefined is lost and nothing is shared', async () => {
  const invoke = await start('export const handler = async (event) => ({ echo: event, gone: undefined })');
  expect(await invoke({ at: 1, gone: undefined })).toEqual({ echo: { at: 1 } });
});

it('runs invocations of one function at the same time', async () => {
  const invoke = await start(
    'const seen = []; export const handler = (n) => new Promise((done) => { seen.push(() => done(n)); if (seen.length === 3) for (const go of seen) go(); })',
  );
  expect(await Promise.all([1, 2, 3].map(invoke))).toEqual([1, 2, 3]);
});

it('names a function that does not load, one that exits, and one that runs out of time', async () => {
  await expect((await start('export const handler = ;'))({})).rejects.toMatchObject({ name: 'SyntaxError' });
  await host?.close();
  await expect((await start('export const handler = () => process.exit(3)'))({})).rejects.toMatchObject({
    name: 'Runtime.ExitError',
  });
  await host?.close();
  const hanging = await start(
    'export const handler = () => new Promise(() => setTimeout(() => {}, 1e6))',
    {},
    0.05,
  );
  await expect(hanging({})).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
});

it('collects what a function logs', async () => {
  const invoke = await start(`export const handler = async () => { console.log('seen by the test'); }`);
  expect(await invoke({})).toBeNull();
  await expect.poll(() => host?.logs()).toContain('seen by the test');
});

it('functions that share a thread see each its own environment, while they load and whatever they wait for', async () => {
  const pause = 'await new Promise((done) => setTimeout(done, 5));';
  const file = join(folder, 'index.mjs');
  await writeFile(
    file,
    `const born = process.env.OWN; export const handler = async () => { ${pause} return [born, process.env.OWN, process.env.OTHER]; }`,
  );
  const fn = (name: string, environment: Record<string, string>) => ({
    ...{ name, environment, timeoutSeconds: 30 },
    entry: `${pathToFileURL(file)}?${name}`,
  });
  const functions = [fn('one', { OWN: 'one', OTHER: 'set' }), fn('two', { OWN: 'two' })];
  host = startLambdaHost(functions, { clock, trusted: [], platform: {} });
  const [one, two] = [host.invoke('one', {}), host.invoke('two', {})];
  expect(await Promise.all([one, two])).toEqual([
    ['one', 'one', 'set'],
    ['two', 'two', null],
  ]);
});

it.each([
  [{ hurried: true }, [1, 2]],
  [{ hurried: true, apart: true }, [1, 1]],
])('functions share a thread, in virtual time too, unless they are kept apart: %j', async (how, expected) => {
  const file = join(folder, 'index.mjs');
  await writeFile(file, 'export const handler = async () => (globalThis.seen = (globalThis.seen ?? 0) + 1);');
  const fn = (name: string) => ({
    ...{ name, environment: {}, timeoutSeconds: 30 },
    entry: `${pathToFileURL(file)}?${name}`,
  });
  host = startLambdaHost([fn('one'), fn('two')], { clock, trusted: [], platform: {}, ...how });
  expect([await host.invoke('one', {}), await host.invoke('two', {})]).toEqual(expected);
});

it('starts anew what has exited, with whatever shared its thread', async () => {
  const invoke = await start('export const handler = ({ exits }) => exits ? process.exit(3) : "here"');
  await expect(invoke({ exits: true })).rejects.toMatchObject({ name: 'Runtime.ExitError' });
  expect(await invoke({})).toBe('here');
});

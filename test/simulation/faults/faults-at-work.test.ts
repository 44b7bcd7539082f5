import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../../simulation/faults/fault-file.ts';
import { putToWork } from '../../../simulation/faults/faults-at-work.ts';
import { startLambdaHost } from '../../../simulation/functions/lambda-host.ts';
import { createVirtualClock, skewed } from '../../../simulation/time/virtual-clock.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';

const START = Date.parse('2031-05-01T00:00:00Z') / 1000;
const DAY = 86_400;
const clock = createVirtualClock(START);

it.each([
  ['P25D', 25],
  ['-P300D', -300],
])('a clock that is off by %s is off by that, whatever its sign', (off, days) => {
  const faults = putToWork([{ clock: off }]);
  const cell = faults.skewOf('plan');
  expect(Math.round((skewed(clock, cell).now() - clock.now()) / DAY)).toBe(days);
  faults.lift();
  expect(skewed(clock, cell).now() - clock.now()).toBeLessThan(2);
});

it.each(['timeout', 'crash-after', 'crash-before'] as const)(
  'a %s of one step is the end of that invocation alone',
  async (fault) => {
    const folder = await mkdtemp(join(tmpdir(), 'faults-at-work-'));
    const file = join(folder, 'index.mjs');
    await writeFile(
      file,
      'let n = 0; export const handler = ({ ms }) => new Promise((done) => { n++; setTimeout(() => done(n), ms); });',
    );
    const fn = { name: 'Fn', entry: pathToFileURL(file).href, environment: {}, timeoutSeconds: 30 };
    const host = startLambdaHost([fn], { clock, trusted: [], platform: {} });
    onTestFinished(async () => {
      await host.close();
      await rm(folder, { recursive: true });
    });
    const faults = putToWork([{ step: 'verify', nth: 2, times: 1, fault }]);
    faults.attach({ host, clock, tell: () => {}, projectOf: () => undefined });
    const invoke = (ms: number) => faults.around('verify', 'Fn', () => host.invoke('Fn', { ms }));
    const long = invoke(500);
    await expect(invoke(1)).rejects.toMatchObject({
      name: fault === 'timeout' ? 'Sandbox.Timedout' : 'Runtime.ExitError',
    });
    // The sandbox of the failed call is gone, so the next one is cold. Another call still works in the old
    // sandbox.
    expect(await invoke(1)).toBe(1);
    expect(await long).toBeGreaterThan(0);
    expect(faults.report()).toMatchObject([{ hit: 1 }]);
  },
);

it('what an outsider was refused is told as refused', () => {
  const organization = createOrganization({ now: clock.now, projects: [{ id: 'proj_a', name: null }] });
  organization.seed({ id: 'old', name: 'acme@1', createdAt: 0, expiresAt: START + DAY, pem: null }, [
    'proj_a',
  ]);
  const refused: Fault = { at: 'plan', nth: 1, outsider: 'delete', anchor: 'old' };
  const taken: Fault = { at: 'plan', nth: 2, outsider: 'deactivate', scope: 'proj_a', anchor: 'old' };
  const faults = putToWork([refused, taken]);
  const told: string[] = [];
  faults.intercept(organization);
  faults.attach({
    host: { crash: () => {}, expire: () => {}, retire: () => {} },
    clock,
    tell: (progress) => void (progress.kind === 'struck' && told.push(progress.what)),
    projectOf: () => undefined,
  });
  for (const _ of [1, 2]) void faults.around('plan', 'Fn', async () => null);
  expect(told).toEqual([
    expect.stringMatching(/^an outsider: delete old: refused: .*proj_a/),
    'an outsider: deactivate old proj_a',
  ]);
});

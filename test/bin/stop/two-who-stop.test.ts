import { expect, it, vi } from 'vitest';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { HURRIED, start, until } from '../run.ts';
import { runToStop } from './stopped-run.ts';

/**
 * A run between a cut and its confirmation. Each of these people waits for it in order to stop the run, one
 * after another.
 */
async function waiting(...people: string[]) {
  const { account, drill } = await runToStop('Deactivate scope by scope');
  const cutAt = instant(Math.floor(Date.now() / 1000) + 60);
  const pair = { retiring: 'cert_old', successor: 'cert_new', compromised: false };
  await account.journal('acme').rememberCuts([{ ...pair, scope: 'proj_a', cutAt }]);
  const stopping: ReturnType<typeof start>[] = [];
  for (const who of people) {
    const args = ['--yes', '--started-by', who, '--reason', 'a freeze'];
    const one = start(['stop', 'acme', ...args], { ...account.env, ...HURRIED });
    await until(one, ({ stdout }) => stdout.includes('waiting for 1 cut'));
    stopping.push(one);
  }
  const reason = () => dynamoVerdicts(account.table('acme')).stoppedFor(drill);
  return { stopping, reason };
}

/** Gives up the stop, as Ctrl-C does. */
async function giveUp({ child, ended }: ReturnType<typeof start>) {
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
}

it('I11: who gives up a stop lets no scope begin that somebody else’s stop keeps from beginning', async () => {
  const { stopping, reason } = await waiting('Ada', 'Ben');
  const [ada, ben] = stopping;
  if (ada) await giveUp(ada);
  expect(ben?.child.exitCode).toBeNull();
  expect(await reason()).toBe('Ben: a freeze');
});

it('I11: nor does who came last and gives up first; when nobody waits any more, scopes begin again', async () => {
  const { stopping, reason } = await waiting('Ada', 'Ben');
  const [ada, ben] = stopping;
  if (ben) await giveUp(ben);
  await vi.waitFor(async () => expect(await reason()).toBe('Ada: a freeze'), { timeout: 20_000 });
  if (ada) await giveUp(ada);
  expect(await reason()).toBeNull();
});

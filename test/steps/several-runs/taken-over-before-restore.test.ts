import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { restore } from '../../../lambdas/restore.ts';
import { verify } from '../../../lambdas/verify.ts';
import { leftBlocked } from '../left-blocked.ts';
import { DAY, HOST, type Scene, scopeInput } from '../scene.ts';

const REFUSED = { Error: 'SuccessorRefused', Cause: "search's new leaf" };

/**
 * An emergency that has named globex and is blocked. Globex's client has no leaf to move to, and the filter
 * of globex's successor refuses it.
 */
const afterAnEmergency = () => leftBlocked({ expires: 28, filter: 'subject.common_name == "nobody"' });

/** Returns when the schedule starts the next run (Unix seconds), and its request. */
function nextIn({ world: { schedules } }: Scene) {
  const [[name = '', at = ''] = []] = Object.entries(schedules.times());
  return { at: secondsOf(at), request: requestSchema.parse(schedules.requestOf(name)) };
}

async function halt({ ports, running, time }: Scene, execution: string, plan: Plan, request: object) {
  running.delete(execution);
  const about = { execution: { id: execution, startedAt: instant(time.now) }, request, plan };
  await release(ports, { ...about, halt: REFUSED });
}

it('I10, I11: a client that a take-over kept from being moved back is not left outside while what is compromised goes on failing', async () => {
  const set = await afterAnEmergency();
  const ports = { ...set.ports, hosts: [HOST] };
  const plan = await set.plan('acme');
  const input = scopeInput('acme', plan);
  const { execution } = input;
  await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
  const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, proven);
  expect(
    await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] }),
  ).toMatchObject({ promoted: ['billing'] });
  const isIn = async () => {
    const held = await set.secrets.read('billing', 'AWSCURRENT');
    if (!held || !('apiKey' in held)) throw new Error('it has a key');
    return (await ports.probe(HOST, held)).kind === 'accepted';
  };
  // The soak is over and somebody has changed the successor's filter. Billing would get in by its old leaf
  // only, and the run halts.
  set.time.now += 7 * DAY;
  set.world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"');
  await expect(verify(ports, { ...input, moment: 'beforeCut' })).rejects.toMatchObject({
    name: 'SuccessorRefused',
  });
  expect(await isIn()).toBe(false);
  // Right before the run moves billing back, another run finds that search has a leaf now, and takes over.
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
  const look = await set.plan('look');
  expect(look).toMatchObject({ atOnce: true, successions: [{ retiring: 'cert_globex0' }] });
  await expect(restore(ports, { execution, plan })).rejects.toMatchObject({ name: 'Superseded' });
  await halt(set, 'acme', plan, {});
  await halt(set, 'look', look, {});
  // From now on the schedule starts every run. Runs for globex halt, and a run for acme would move billing
  // back.
  const from = set.time.now;
  const tried: string[] = [];
  for (let run = 1; set.time.now < from + DAY && !(await isIn()); run++) {
    const { at, request } = nextIn(set);
    set.time.now = Math.max(set.time.now, at);
    const planned = await set.plan(`run ${run}`, request);
    tried.push(planned.successions.map(({ retiring }) => retiring).join());
    if (planned.successions.some(({ retiring }) => retiring === 'cert_acme0'))
      await restore(ports, { execution: { id: `run ${run}`, startedAt: planned.plannedAt }, plan: planned });
    await halt(set, `run ${run}`, planned, request);
  }
  expect({
    hours: Math.round((set.time.now - from) / 3_600),
    runs: tried.length,
    isIn: await isIn(),
  }).toMatchObject({
    isIn: true,
  });
});

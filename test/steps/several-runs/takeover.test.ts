import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import type { CarriedPlan } from '../../../lambdas/domain/plan-document/carried-plan.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { scheduleNext } from '../../../lambdas/schedule-next.ts';
import { undo } from '../../../lambdas/undo.ts';
import { fire, leftBlocked } from '../left-blocked.ts';
import { DAY, HOST, type Scene, scopeInput } from '../scene.ts';

const REFUSED = { Error: 'SuccessorRefused', Cause: "search's new leaf" };
const acme = { retiring: 'cert_acme0' };
const globex = { retiring: 'cert_globex0' };

/** Returns when the schedule starts the next run, and its request. */
function nextIn({ world: { schedules } }: Pick<Scene, 'world'>) {
  const [name = ''] = Object.keys(schedules.times());
  return { at: schedules.times()[name], request: requestSchema.parse(schedules.requestOf(name)) };
}

/** Ends a run red. The next run is the one that this run's schedule starts. */
async function halt({ ports, running, time }: Scene, execution: string, plan: CarriedPlan, request: object) {
  running.delete(execution);
  const about = { execution: { id: execution, startedAt: instant(time.now) }, request, plan, halt: REFUSED };
  await release(ports, about);
}

/** Acme's rotation in the middle of its cut: its client is refused, and the scope is about to be undone. */
async function inTheMiddleOfACut() {
  const set = await leftBlocked({ expires: 20 });
  const plan = await set.plan('acme');
  const input = scopeInput('acme', plan);
  await activate(set.ports, input);
  const { execution } = input;
  const provenAt = plan.plannedAt;
  await set.verdicts.leave(
    { execution, phase: 'overlap' },
    { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt },
  );
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  set.time.now += 8 * DAY;
  await deactivate(set.ports, input);
  // Somebody changed the successor's filter right before.
  set.world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"');
  await expect(confirm(set.ports, input)).rejects.toMatchObject({
    name: 'SuccessorRefused',
  });
  // In these ten seconds search gets its leaf.
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
  const held = await set.secrets.read('billing', 'AWSCURRENT');
  if (!held || !('apiKey' in held)) throw new Error('it has a key');
  const isIn = async () => (await set.ports.probe(HOST, held)).kind;
  expect(await isIn()).toBe('refused');
  return { ...set, back: () => undo(set.ports, { ...input, halt: REFUSED }) };
}

describe('a rotation in the middle of a cut (I10)', () => {
  it('keeps the lease until it has confirmed or undone it, and a look follows within minutes (I16)', async () => {
    const set = await inTheMiddleOfACut();
    expect(await set.plan('sweep')).toMatchObject({ decision: 'busy' });
    expect(Object.values(set.world.schedules.times())).toEqual([instant(set.time.now + 300)]);
    expect(await set.back()).toMatchObject({ reactivated: ['cert_acme0'] });
    set.time.now += 900;
    expect(await set.plan('look')).toMatchObject({ atOnce: true, successions: [globex] });
  });

  it('is finished by others where an emergency took over, right after its own cut has failed (I17)', async () => {
    const set = await inTheMiddleOfACut();
    const urgent = await set.plan('fire again', fire);
    expect(urgent).toMatchObject({ atOnce: true, successions: [globex] });
    await expect(set.back()).rejects.toMatchObject({ name: 'Superseded' });
    await halt(set, 'fire again', urgent, fire);
    set.running.delete('acme');
    set.time.now += 300;
    const { request } = nextIn(set);
    const next = await set.plan('next', request);
    expect(next).toMatchObject({
      isPassedOver: true,
      atOnce: false,
      successions: [{ ...acme, resumed: true }],
    });
    // No run takes the lease from a run that lets a client in again.
    expect(await set.plan('sweep')).toMatchObject({ decision: 'busy' });
    await scheduleNext(set.ports, { ...scopeInput('next', next), request, plan: next });
    await halt(set, 'next', next, request);
    // The gaps go on growing, and the next run goes for the compromised anchor.
    set.time.now += 600;
    const third = await set.plan('third', nextIn(set).request);
    expect(third).toMatchObject({ atOnce: true, successions: [globex] });
    await halt(set, 'third', third, nextIn(set).request);
    set.time.now += 900;
    expect(await set.plan('fourth', nextIn(set).request)).toMatchObject({ successions: [acme] });
  });
});

describe('something compromised whose client goes on failing (I17)', () => {
  const policy = { leadTime: 'P30D', soak: 'P1D', safetyMargin: 'P1D' };

  /**
   * In the middle of acme's overlap somebody stages the missing leaf. The next run takes over for globex, and
   * fails.
   */
  async function failing(expires: number) {
    const set = await leftBlocked({ expires, filter: 'subject.common_name == "nobody"' }, policy);
    const moving = await set.plan('acme', { mode: 'scheduled' }, policy);
    expect(moving).toMatchObject({ successions: [acme] });
    await activate(set.ports, scopeInput('acme', moving));
    await set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
    const look = await set.plan('look', { mode: 'scheduled' }, policy);
    expect(look).toMatchObject({ successions: [globex] });
    await halt(set, 'look', look, { mode: 'scheduled' });
    set.running.delete('acme');
    return set;
  }

  /** Lets the schedule start the next runs, each of which halts. Returns the retiring anchors of each. */
  async function next(set: Scene, runs: number) {
    const tried: string[] = [];
    for (let run = 1; run <= runs; run++) {
      const { at, request } = nextIn(set);
      set.time.now = Math.max(set.time.now, secondsOf(at ?? ''));
      const planned = await set.plan(`run ${run}`, request, policy);
      tried.push(planned.successions.map(({ retiring }) => retiring).join());
      await halt(set, `run ${run}`, planned, request);
    }
    return tried;
  }

  it('takes turns with what would expire before it could soak for itself', async () => {
    expect(await next(await failing(2.5), 4)).toEqual([
      'cert_acme0',
      'cert_globex0',
      'cert_acme0',
      'cert_globex0',
    ]);
  });

  it('goes first for three days where all else can wait for that (I16)', async () => {
    const set = await failing(20);
    const from = set.time.now;
    expect(new Set(await next(set, 60))).toEqual(new Set(['cert_globex0']));
    expect(set.time.now - from).toBeGreaterThan(2 * DAY);
  });

  it('has whatever run a person or the daily sweep starts', async () => {
    const set = await failing(2.5);
    expect(await set.plan('sweep', { mode: 'scheduled' }, policy)).toMatchObject({ successions: [globex] });
  });

  it('is looked at within the hour while the other soaks, which goes on where it was afterwards (I16)', async () => {
    const set = await failing(2.5);
    set.time.now += 3_600;
    const { request } = nextIn(set);
    const soaking = await set.plan('soaking', request, policy);
    expect(soaking).toMatchObject({ isPassedOver: true, successions: [acme] });
    const at = soaking.plannedAt;
    await set.journal.record({ execution: 'soaking', startedAt: at, at, event: 'promoted', detail: {} });
    const again = nextIn(set);
    expect(again.at).toBe(soaking.leftAgainAt);
    expect(secondsOf(again.at ?? '') - set.time.now).toBeLessThanOrEqual(3_600);
    set.time.now = secondsOf(again.at ?? '');
    const look = await set.plan('look again', again.request, policy);
    expect(look).toMatchObject({ successions: [globex] });
    await halt(set, 'look again', look, again.request);
    set.running.delete('soaking');
    const { request: last } = nextIn(set);
    set.time.now = secondsOf(nextIn(set).at ?? '');
    expect(await set.plan('again', last, policy)).toMatchObject({ successions: [acme] });
  });

  it('lets the other move its clients first, which a silent one may hold up for hours, and no longer than three of them (I17)', async () => {
    const set = await failing(2.5);
    set.time.now += 3_600;
    await set.plan('other', nextIn(set).request, policy);
    const looks: unknown[] = [];
    for (let hour = 1; hour <= 4; hour++) {
      set.time.now = secondsOf(nextIn(set).at ?? '');
      const { decision } = await set.plan(`look ${hour}`, nextIn(set).request, policy);
      looks.push(decision);
    }
    expect(looks).toEqual(['busy', 'busy', 'busy', 'rotate']);
  });
});

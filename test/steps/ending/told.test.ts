import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { DAY, NOW, type Scene, scene } from '../scene.ts';

const leaked: Request = { mode: 'emergency', anchors: ['cert_other0'], reason: 'its key leaked' };

/** Acme is due and has no successor. Another anchor can be rotated in an emergency. */
const blockedScene = () =>
  scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_other0', expires: 200, in: ['proj_b'] },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
  );

/** Plans as one execution and ends it as its plan says. */
async function told(set: Scene, execution: string, request?: Request): Promise<Plan> {
  const plan = await set.plan(execution, request);
  const about = { id: execution, startedAt: new Date(set.time.now * 1000).toISOString() };
  await release(set.ports, { execution: about, plan });
  set.running.delete(execution);
  return plan;
}

describe('what is newly blocked (I13)', () => {
  it('ends a run red once, and again when it is nearer to its date by a step', async () => {
    const set = await blockedScene();
    expect((await told(set, 'one')).isRed).toBe(true);
    expect((await told(set, 'two')).isRed).toBe(false);
    set.time.now += 18 * DAY;
    expect((await told(set, 'three')).isRed).toBe(true);
    expect((await told(set, 'four')).isRed).toBe(false);
  });

  it('is told for each of many clients, beyond those that an execution carries', async () => {
    const names = Array.from({ length: 130 }, (_, i) => `client-${String(i).padStart(3, '0')}`);
    const running = { anchor: 'cert_acme0' };
    const staged = { anchor: 'cert_acme1' };
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      names.map((name) => ({
        ...{ name, project: 'proj_a', running },
        ...((name === 'client-000' || name === 'client-129') && { staged }),
      })),
    );
    expect((await told(set, 'one')).isRed).toBe(true);
    expect((await told(set, 'two')).isRed).toBe(false);
    // A client that is repaired is no news.
    await set.stage('client-128', 'AWSPENDING', staged);
    expect((await told(set, 'three')).isRed).toBe(false);
    // A client that is newly blocked is news, though the number of blocked clients stays the same.
    await set.stage('client-128', 'AWSPENDING', running);
    await set.stage('client-127', 'AWSPENDING', staged);
    expect((await told(set, 'four')).isRed).toBe(true);
    expect((await told(set, 'five')).isRed).toBe(false);
  });

  it('is written down as told before the lease is free, so that whoever plans then says nothing twice', async () => {
    const set = await blockedScene();
    const plan = await set.plan('one');
    const about = { id: 'one', startedAt: new Date(set.time.now * 1000).toISOString() };
    let isNews: boolean | undefined;
    const leases = {
      ...set.ports.leases,
      async release(execution: string) {
        const isFreed = await set.ports.leases.release(execution);
        set.running.delete('one');
        isNews = (await set.plan('two')).isRed;
        return isFreed;
      },
    };
    await release({ ...set.ports, leases }, { execution: about, plan });
    expect(isNews).toBe(false);
  });

  it('is told by the next run, when the one that found it stopped before it could', async () => {
    const set = await blockedScene();
    expect((await set.plan('one')).isRed).toBe(true);
    expect((await set.plan('one')).isRed).toBe(true);
    set.running.delete('one');
    expect((await told(set, 'two')).isRed).toBe(true);
    expect((await told(set, 'three')).isRed).toBe(false);
  });

  it('is told by the next run, when the one that found it has halted, red under another name', async () => {
    const set = await blockedScene();
    const plan = await set.plan('one');
    const about = { id: 'one', startedAt: new Date(NOW * 1000).toISOString() };
    await release(set.ports, { execution: about, plan, halt: { Error: 'ProbeRefused', Cause: 'refused' } });
    set.running.delete('one');
    expect((await told(set, 'two')).isRed).toBe(true);
    expect((await told(set, 'three')).isRed).toBe(false);
  });

  it('stays told, though an emergency looks at something else in between', async () => {
    const set = await blockedScene();
    await told(set, 'one');
    await told(set, 'fire', leaked);
    await told(set, 'two');
    const blocked = (await set.journal.seen()).filter(
      ({ kind, id }) => kind === 'blocked' && id.startsWith('cert_acme0'),
    );
    expect(blocked.map(({ pending }) => pending?.by ?? 'told before')).toEqual(['told before']);
  });
});

describe('a run that took over from another', () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();

  it('has a run list again when no call of the other can land any more (rule 6)', async () => {
    const set = await scene();
    await set.plan('one');
    const fire = await set.plan('fire', { ...leaked, anchors: ['cert_acme0'] });
    expect(fire.nextRotationAt).toBe(at(NOW + 900));
    expect((await set.plan('fire', { ...leaked, anchors: ['cert_acme0'] })).nextRotationAt).toBe(
      at(NOW + 900),
    );
  });

  it('needs no such look when it soaks: it lists again by itself', async () => {
    const set = await scene();
    await set.plan('one');
    set.running.delete('one');
    expect((await set.plan('two')).nextRotationAt).toBe(at(NOW + 270 * DAY));
  });
});

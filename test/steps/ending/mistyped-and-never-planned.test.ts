import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { failing, type Scene, scene } from '../scene.ts';

const throttled = { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate Exceeded.' };
const emergency = { mode: 'emergency' as const, anchors: ['cert_acme9'], reason: 'its key leaked' };

const begun = ({ time }: Scene, id: string) => ({ id, startedAt: instant(time.now) });
const named = async ({ journal }: Scene) => (await journal.compromised()).map(({ anchorId }) => anchorId);

/** An emergency that names an anchor by a wrong id and whose Plan Lambda never ran. */
async function mistyped() {
  const set = await scene([
    { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
  ]);
  await release(set.ports, { execution: begun(set, 'fire'), request: emergency, halt: throttled });
  const [name = ''] = Object.keys(set.world.schedules.times());
  const next = requestSchema.parse(set.world.schedules.requestOf(name));
  set.world.schedules.clear();
  set.time.now += 301;
  return { set, next };
}

/** Runs the next run to its end. */
async function told() {
  const { set, next } = await mistyped();
  const execution = begun(set, 'next');
  const plan = await set.plan('next', next);
  await release(set.ports, { execution, request: next, plan });
  set.running.delete('next');
  set.time.now += 301;
  return { set, plan };
}

describe('an emergency that names an anchor by a wrong id, and could not run its Plan', () => {
  it('is followed by a run that ends red and says that id by name (I13, I15)', async () => {
    const { plan } = await told();
    expect(plan).toMatchObject({ isRed: true, decision: 'blocked' });
    expect(plan.blocked).toEqual([
      {
        anchor: 'cert_acme9',
        reason: expect.stringContaining('cert_acme9 was named in an emergency, and there is no such anchor'),
        absent: true,
      },
    ]);
    // No further look is scheduled, because it would find the same.
    expect(plan.leftAgainAt).toBeUndefined();
  });

  it('has its id forgotten by the run after that, which says nothing more of it', async () => {
    const { set } = await told();
    expect(await named(set)).toEqual(['cert_acme9']);
    const plan = await set.plan('sweep');
    expect(plan).toMatchObject({ isRed: false, decision: 'idle', blocked: [] });
    expect(await named(set)).toEqual([]);
    expect((await set.journal.seen()).filter(({ kind }) => kind === 'blocked')).toEqual([]);
  });

  it('is said again where the run that was to say it was stopped before its end', async () => {
    const { set, next } = await mistyped();
    await set.plan('next', next);
    set.running.delete('next');
    set.time.now += 301;
    expect(await set.plan('sweep')).toMatchObject({ isRed: true, decision: 'blocked' });
    expect(await named(set)).toEqual(['cert_acme9']);
  });

  it('has its id remembered while a project cannot be listed, which may have it', async () => {
    const { set } = await told();
    const wire = failing(({ op, scope }) => op === 'list' && scope === 'proj_b');
    const plan = await set.plan('sweep', undefined, {}, set.portsWith({ wire }), set.time.now - 1_300);
    expect(plan.blocked).toContainEqual(expect.objectContaining({ anchor: 'cert_acme9' }));
    expect(await named(set)).toEqual(['cert_acme9']);
  });

  it('has its id remembered where nobody can say that it never was', async () => {
    const { set } = await told();
    const wire = failing(({ op, about }) => op === 'retrieve' && about === 'cert_acme9');
    expect(await set.plan('sweep', undefined, {}, set.portsWith({ wire }))).toMatchObject({ isRed: true });
    expect(await named(set)).toEqual(['cert_acme9']);
  });

  it('has its id remembered by a run that began before it was named: what is uploaded meanwhile, that run may not have listed', async () => {
    const { set } = await told();
    const before = set.time.now - 700;
    expect(await set.plan('sweep', undefined, {}, set.ports, before)).toMatchObject({ isRed: true });
    expect(await named(set)).toEqual(['cert_acme9']);
  });
});

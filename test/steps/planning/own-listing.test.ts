import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import type { Wire } from '../../../simulation/in-process/wire.ts';
import { onAcme } from '../saying.ts';
import { type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

const EMERGENCY: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
const CLIENTS = [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')];
/** The two clients, of which those in `projects` run on the successor already. */
const movedIn = (...projects: string[]): SceneClient[] =>
  CLIENTS.map((one) =>
    projects.includes(one.project) ? { ...one, running: { anchor: 'cert_acme1' }, staged: undefined } : one,
  );

/**
 * Plans an emergency where the leaked anchor is active in some scopes. `listed` are the scopes that the plan
 * has listed.
 */
async function planned(
  active: string[],
  {
    clients = CLIENTS,
    others = [],
    policy = {},
  }: { clients?: SceneClient[]; others?: SceneAnchor[]; policy?: object } = {},
) {
  const set = await scene(
    [{ id: 'cert_acme0', expires: 900, in: active }, { id: 'cert_acme1', expires: 300 }, ...(others ?? [])],
    clients,
  );
  const listed: string[] = [];
  const wire: Wire = async (call, act) => {
    if (call.op === 'list') listed.push(call.scope ?? '');
    return act();
  };
  const plan = await set.plan('one', EMERGENCY, policy, set.portsWith({ wire }));
  return { ...set, set, plan, listed: [...new Set(listed)].toSorted() };
}

describe("an emergency's end", () => {
  /** Returns how the emergency ends after each project has listed itself. */
  async function ended(active: string[], clients: SceneClient[]) {
    const others = [{ id: 'cert_keel0', expires: 900, in: ['proj_a', 'proj_b'] }];
    const { ports, plan } = await planned(active, { clients, others });
    const inputs = plan.waves
      .flatMap(({ scopes }) => scopes)
      .map(({ scope }) => scopeInput('one', plan, scope));
    const remains: unknown[] = [];
    for (const input of inputs) {
      const activation = await activate(ports, input);
      remains.push(activation.remains);
      if (activation.remains === 'cut') await deactivate(ports, input);
    }
    const execution = { id: 'one', startedAt: plan.plannedAt };
    const { outcome } = await release(ports, { execution, request: EMERGENCY, plan: plan as never });
    return { remains: remains.toSorted(), outcome };
  }

  it('is told as idle where nothing had to be cut: whoever named the wrong anchor is not told of a rotation', async () => {
    expect(await ended([], movedIn('proj_a', 'proj_b'))).toEqual({
      remains: ['nothing', 'nothing'],
      outcome: 'idle',
    });
  });

  it('is told as a rotation where one project of two was cut', async () => {
    expect(await ended(['proj_b'], movedIn('proj_a'))).toEqual({
      remains: ['cut', 'nothing'],
      outcome: 'rotated',
    });
  });
});

describe("an emergency's plan", () => {
  it('lists the organization alone, where each project either goes the way that is planned or has nothing to do (I16)', async () => {
    const { plan, listed } = await planned(['proj_a']);
    expect(listed).toEqual([ORGANIZATION]);
    expect(plan).toMatchObject({ decision: 'rotate', atOnce: true, blocked: [] });
    const shares = plan.waves.flatMap(({ scopes }) => scopes);
    expect(shares.map(({ scope, ownListing }) => [scope, ownListing])).toEqual([
      ['proj_a', true],
      ['proj_b', true],
    ]);
  });

  it('lists a project whose client has nothing to move to, and says what keeps it, or what it is without', async () => {
    const idle: SceneClient = { name: 'search', project: 'proj_b', running: { anchor: 'cert_acme0' } };
    const clients = [onAcme('billing', 'proj_a'), idle];
    const spared = await planned(['proj_a'], { clients });
    expect(spared.listed).toEqual([ORGANIZATION, 'proj_b']);
    expect(spared.plan.blocked).toMatchObject([{ anchor: 'cert_acme0', scopes: ['proj_b'], off: true }]);
    const concerned = await planned(['proj_a', 'proj_b'], { clients });
    expect(concerned.plan.blocked).toMatchObject([
      { anchor: 'cert_acme0', scopes: ['proj_b'], client: 'search' },
    ]);
  });

  it('lists a project whose client hangs from another anchor as well: that may let it in, or decide about its leaf (F7)', async () => {
    const both: SceneClient = {
      ...onAcme('search', 'proj_b'),
      running: { anchor: 'cert_acme0', by: 'cert_keel0' },
    };
    const { listed } = await planned(['proj_a'], {
      clients: [onAcme('billing', 'proj_a'), both],
      others: [{ id: 'cert_keel0', expires: 300 }],
    });
    // The other anchor vouches for the leaked key, wherever it is active, so every project is listed (I15).
    expect(listed).toEqual([ORGANIZATION, 'proj_a', 'proj_b']);
  });

  it('lists every project where an anchor of that key is held: it is named with where it stays (I5)', async () => {
    const { listed, plan } = await planned(['proj_a'], { policy: { hold: ['cert_acme0'] } });
    expect(listed).toEqual([ORGANIZATION, 'proj_a', 'proj_b']);
    const [held, ...others] = plan.blocked;
    expect(held).toMatchObject({ anchor: 'cert_acme0' });
    expect(others).toMatchObject([{ anchor: 'cert_acme0', scopes: ['proj_b'], off: true }]);
  });

  it('lists every project where an earlier cut is unconfirmed', async () => {
    const { ports, plan, set } = await planned(['proj_a']);
    await ports.journal.rememberCuts(
      plan.successions.map(({ retiring, successor }) => ({
        ...{ retiring, successor, scope: 'proj_a', compromised: true, cutAt: plan.plannedAt },
      })),
    );
    set.running.delete('one');
    const again = await set.plan('two', EMERGENCY);
    expect(again.waves.flatMap(({ scopes }) => scopes).filter(({ ownListing }) => ownListing)).toEqual([]);
  });
});

describe('a scope that was left to its own listing', () => {
  it('activates nothing where nothing is to be cut (I4)', async () => {
    const { ports, plan, activeIn, entries } = await planned(['proj_a'], { clients: movedIn('proj_b') });
    const activation = await activate(ports, scopeInput('one', plan, 'proj_b'));
    expect(activation).toMatchObject({ activated: [], remains: 'nothing' });
    expect(activeIn('proj_b')).toEqual([]);
    expect(entries().at(-1)).toMatchObject({
      event: 'activated',
      scope: 'proj_b',
      detail: { remains: 'nothing' },
    });
  });

  it('halts where somebody has deactivated by hand what its client runs on: that one is outside, and nothing is activated there (I4, I13)', async () => {
    const { ports, plan, activeIn } = await planned(['proj_a']);
    await expect(activate(ports, scopeInput('one', plan, 'proj_b'))).rejects.toMatchObject({
      name: 'SuccessorNotActive',
      message: expect.stringContaining('search may run on it still'),
    });
    expect(activeIn('proj_b')).toEqual([]);
  });

  it('goes the whole way where it is', async () => {
    const { ports, plan, activeIn } = await planned(['proj_a']);
    expect(await activate(ports, scopeInput('one', plan, 'proj_a'))).toMatchObject({ remains: 'cut' });
    expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  });

  it('confirms for its own clients what the organization has cut before it could say that it has nothing (I10)', async () => {
    const { ports, plan, stage } = await planned([ORGANIZATION]);
    await ports.certificates.activate(ORGANIZATION, ['cert_acme1']);
    await stage('search', 'AWSCURRENT', { anchor: 'cert_acme1' });
    await ports.certificates.deactivate(ORGANIZATION, ['cert_acme0']);
    const input = scopeInput('one', plan, 'proj_b');
    await ports.verdicts.sayCut(input.execution, ORGANIZATION);
    expect(await activate(ports, input)).toMatchObject({ remains: 'confirmation' });
    expect(await confirm(ports, input)).toMatchObject({ refused: ['search'] });
  });
});

it('leaves who was left behind by permission where he is: his scope is safe, and its own listing shows nothing to cut (I6)', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 900, in: ['proj_b'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ],
    [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
  );
  const request = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const named = { ...request, leaveBehind: ['billing'] };
  const plan = await set.plan('one', named);
  expect(await activate(set.ports, scopeInput('one', plan, 'proj_a'))).toMatchObject({ remains: 'nothing' });
});

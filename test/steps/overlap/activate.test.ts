import { describe, expect, it } from 'vitest';
import { activate, handler } from '../../../lambdas/activate.ts';
import { failing, scene, scopeInput } from '../scene.ts';

const named = (name: string) => expect.objectContaining({ name });

async function planned(...about: Parameters<typeof scene>) {
  const set = await scene(...about);
  return { ...set, input: scopeInput('one', await set.plan('one')) };
}

describe('activate', () => {
  it('activates the successor beside the anchor that it will replace, and writes down before and after', async () => {
    const { ports, input, activeIn, entries } = await planned();
    expect(await activate(ports, input)).toEqual({
      scope: 'proj_a',
      activated: ['cert_acme1'],
      alreadyActive: [],
      remains: 'cut',
    });
    expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
    expect(entries().at(-1)).toMatchObject({
      event: 'activated',
      detail: {
        activated: ['cert_acme1'],
        before: ['cert_acme0'],
        after: expect.arrayContaining(['cert_acme1']),
      },
    });
  });

  it('activates no anchor with a key that an emergency has only begun to name: its id is all that is written (I15)', async () => {
    const { ports, input, journal, activeIn } = await planned([
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
    ]);
    await journal.rememberCompromised([{ anchorId: 'cert_acme0' }]);
    await expect(activate(ports, input)).rejects.toEqual(named('AnchorCompromised'));
    expect(activeIn('proj_a')).toEqual(['cert_acme0']);
  });

  it('is safe to run twice', async () => {
    const { ports, input, activeIn } = await planned();
    await activate(ports, input);
    expect(await activate(ports, input)).toMatchObject({ activated: [], alreadyActive: ['cert_acme1'] });
    expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
  });

  it('has said what it would change when it is stopped right after the change', async () => {
    const { portsWith, input, activeIn, entries } = await planned();
    // The listing that would confirm the toggle fails.
    const lists = { made: 0 };
    const ports = portsWith({ wire: failing(({ op }) => op === 'list' && ++lists.made === 2) });
    await expect(activate(ports, input)).rejects.toEqual(named('ApiUnavailable'));
    expect(activeIn('proj_a')).toContain('cert_acme1');
    expect(entries().at(-1)).toMatchObject({
      event: 'activating',
      scope: 'proj_a',
      detail: { activating: ['cert_acme1'], before: ['cert_acme0'] },
    });
  });

  it('says what it found done where an earlier attempt never heard the answer', async () => {
    const { ports, portsWith, input, entries } = await planned();
    const lost = portsWith({ wire: failing(({ op }) => op === 'activate', { after: true }) });
    await expect(activate(lost, input)).rejects.toEqual(named('ApiUnavailable'));
    await activate(ports, input);
    expect(entries().at(-1)).toMatchObject({
      event: 'activated',
      scope: 'proj_a',
      detail: {
        activated: [],
        alreadyActive: ['cert_acme1'],
        after: expect.arrayContaining(['cert_acme0', 'cert_acme1']),
      },
    });
  });

  it('turns no enforcement on where somebody has turned it off since the plan (I3)', async () => {
    const { ports, input, world, activeIn } = await planned();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    await expect(activate(ports, input)).rejects.toEqual(named('EnforcementWouldBegin'));
    expect(activeIn('proj_a')).toEqual([]);
  });

  it('goes on where somebody has emptied the project but the organization enforces all the same (F8)', async () => {
    const { ports, input, world, activeIn } = await planned();
    world.organization.toggle('organization', 'activate', ['cert_acme1'], 'outsider');
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    expect(await activate(ports, input)).toMatchObject({ activated: ['cert_acme1'] });
    expect(activeIn('proj_a')).toEqual(['cert_acme1']);
  });

  it('changes nothing once another rotation has the lease (I12)', async () => {
    const { ports, plan, input, activeIn } = await planned();
    await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' });
    await expect(activate(ports, input)).rejects.toEqual(named('Superseded'));
    expect(activeIn('proj_a')).toEqual(['cert_acme0']);
  });

  it('changes nothing while nobody can say whose the lease is (I9)', async () => {
    const { portsWith, input, activeIn } = await planned();
    const ports = portsWith({ wire: failing(({ op }) => op === 'lease') });
    await expect(activate(ports, input)).rejects.toEqual(named('LeaseUnavailable'));
    expect(activeIn('proj_a')).toEqual(['cert_acme0']);
  });

  it('believes the listing and not the answer: a toggle whose reply is lost has happened (I7)', async () => {
    const { portsWith, input } = await planned();
    const ports = portsWith({ wire: failing(({ op }) => op === 'activate', { after: true }) });
    await expect(activate(ports, input)).rejects.toEqual(named('ApiUnavailable'));
    expect(await activate(portsWith(), input)).toMatchObject({ alreadyActive: ['cert_acme1'] });
  });

  it('forgets a soak that an earlier run began, where an overlap begins anew', async () => {
    const { ports, input, journal } = await planned();
    const at = '2026-12-01T00:00:00.000Z';
    const soak = { retiring: 'cert_acme0', successor: 'cert_acme1', provenAt: at, soakUntil: at };
    await journal.rememberSoaks([soak]);
    await activate(ports, input);
    expect(await journal.soaks()).toEqual([]);
    await journal.rememberSoaks([soak]);
    await activate(ports, input);
    expect(await journal.soaks()).toEqual([soak]);
  });

  it('forgets the soak of every succession that overlaps here, this run’s or not, and of no other', async () => {
    const anchors = [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_acme7', expires: 15, in: ['proj_a'] },
    ];
    const { ports, input, journal } = await planned(anchors);
    const at = '2026-12-01T00:00:00.000Z';
    const soakOf = (retiring: string, successor = 'cert_acme1') => ({
      ...{ retiring, successor, provenAt: at, soakUntil: at },
    });
    const elsewhere = [soakOf('cert_acme8'), soakOf('cert_acme7', 'cert_acme6')];
    await journal.rememberSoaks([soakOf('cert_acme0'), soakOf('cert_acme7'), ...elsewhere]);
    // An emergency that names only one of the two anchors activates the successor again.
    const { successions, ...rest } = input.plan;
    const only = successions.filter(({ retiring }) => retiring === 'cert_acme0');
    await activate(ports, { ...input, plan: { ...rest, successions: only } });
    const left = await journal.soaks();
    expect(left).toHaveLength(2);
    expect(left).toEqual(expect.arrayContaining(elsewhere));
  });

  it('leaves alone the soak that has begun since, when it is an attempt that nobody waits for any more (I11)', async () => {
    const { ports, portsWith, input, journal } = await planned();
    const at = '2026-12-01T00:00:00.000Z';
    const soak = { retiring: 'cert_acme0', successor: 'cert_acme1', provenAt: at, soakUntil: at };
    await journal.rememberSoaks([soak]);
    const anew = { ...soak, provenAt: '2026-12-02T00:00:00.000Z' };
    // The first attempt has seen the successor inactive. Then a second attempt passes it, and the run goes on
    // to its soak.
    const asked = { leases: 0 };
    const overtaken = portsWith({
      wire: async ({ op }, act) => {
        if (op === 'lease' && ++asked.leases === 1) {
          await activate(ports, input);
          await journal.rememberSoaks([anew]);
        }
        return act();
      },
    });
    await activate(overtaken, input).catch(() => {});
    expect(asked.leases).toBeGreaterThan(0);
    expect(await journal.soaks()).toEqual([anew]);
  });

  it('leaves the soaks alone once another rotation has the lease', async () => {
    const { ports, plan, input, journal } = await planned();
    const at = '2026-12-01T00:00:00.000Z';
    const soak = { retiring: 'cert_acme0', successor: 'cert_acme1', provenAt: at, soakUntil: at };
    await journal.rememberSoaks([soak]);
    await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
    await expect(activate(ports, input)).rejects.toEqual(named('Superseded'));
    expect(await journal.soaks()).toEqual([soak]);
  });

  it('refuses a malformed input by every bad field', async () => {
    const error = await handler({ execution: { id: 7 }, plan: { scope: 'proj_a' } }, lambda).catch((e) => e);
    expect(error.name).toBe('InvalidInput');
    for (const field of ['execution.id', 'execution.startedAt', 'plan.successions', 'plan.checks'])
      expect(error.message).toContain(field);
  });
});

const lambda = {
  awsRequestId: 'request',
  functionName: 'windlass-activate',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:windlass-activate',
  memoryLimitInMB: '256',
};

import { describe, expect, it } from 'vitest';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { inProcessPorts } from '../../../simulation/in-process/ports.ts';
import type { Wire } from '../../../simulation/in-process/wire.ts';
import { scene } from '../../steps/scene.ts';
import { doors, named, unavailable } from './doors.ts';

describe.each(doors)('the lease and the journal, $name', ({ open }) => {
  it('of two that ask at once, one gets the lease, and keeps it until it frees it or ends', async () => {
    const { leases, running } = await open();
    for (const execution of ['one', 'two']) running.add(execution);
    const take = (execution: string) => leases.take({ execution, mode: 'scheduled' });
    const taken = await Promise.all([take('one'), take('two')]);
    expect(taken.map(({ held }) => held).sort()).toEqual([false, true]);
    const [winner, other] = taken[0]?.held ? ['one', 'two'] : ['two', 'one'];
    expect(await take(other ?? '')).toMatchObject({ held: false, by: { holder: winner } });
    running.delete(winner ?? '');
    // A holder that ended without freeing the lease may still have calls on their way.
    expect(await take(other ?? '')).toEqual({ held: true, token: 2, lateUntil: expect.any(String) });
    await expect(leases.demand({ execution: winner ?? '', token: 1 })).rejects.toEqual(named('Superseded'));
  });

  it('remember what is cut until it is forgotten', async () => {
    const { journal } = await open();
    const about = { scope: 'proj_a', retiring: 'old', successor: 'new' };
    const cut = { ...about, cutAt: '2026-11-20T00:00:00.000Z', compromised: false };
    expect(await journal.cuts()).toEqual([]);
    await journal.rememberCuts([cut]);
    expect(await journal.cuts()).toMatchObject([cut]);
    await journal.forgetCuts([cut]);
    expect(await journal.cuts()).toEqual([]);
  });

  it('keep what each of many writes of one pair at the same time', async () => {
    const { journal } = await open();
    const pair = { retiring: 'old', successor: 'new' };
    const begunAt = '2026-11-20T00:00:00.000Z';
    const names = Array.from({ length: 12 }, (_, n) => `client-${n}`);
    const refusedOf = (client: string) => ({ client, leaf: client, by: ['other'] });
    await Promise.all(
      names.map((client) =>
        journal.amendBegun(pair, (known) => ({
          ...{ ...pair, begunAt },
          refused: [...(known?.refused ?? []), refusedOf(client)],
        })),
      ),
    );
    const [begun, ...others] = await journal.begun();
    expect(begun?.refused?.map(({ client }) => client).sort()).toEqual(names.toSorted());
    expect(others).toEqual([]);
    // An entry can be amended after it was rewritten whole. A null leaves it as it is.
    await journal.rememberBegun([{ ...pair, begunAt }]);
    await journal.amendBegun(pair, () => null);
    expect(await journal.begun()).toEqual([{ ...pair, begunAt }]);
    await journal.amendBegun(pair, (known) => ({ ...pair, begunAt, ...known, takenBackAt: begunAt }));
    expect(await journal.begun()).toEqual([{ ...pair, begunAt, takenBackAt: begunAt }]);
  });

  it('take an anchor id of 256 characters, and none that makes a sort key of more than 1024 bytes', async () => {
    const { journal } = await open();
    const named = (anchorId: string) =>
      journal.rememberCompromised([{ anchorId, reason: 'it leaked', namedAt: '2026-11-20T00:00:00.000Z' }]);
    await named('c'.repeat(256));
    expect(await journal.compromised()).toHaveLength(1);
    await expect(named('c'.repeat(1025))).rejects.toMatchObject({
      name: 'JournalUnavailable',
      message: expect.stringContaining('ValidationException'),
    });
  });

  it('read what has many pages whole, in the order of time, from a time on, and the last looks at the audit log', async () => {
    const { journal } = await open();
    const run = { execution: { id: 'one', startedAt: '2026-11-01T00:00:00.000Z' } };
    const begin = Date.parse('2026-11-20T00:00:00Z') / 1000;
    for (let n = 0; n < 250; n++)
      await journal.record(entryOf(run, begin + n, 'activating', { activating: ['new'] }, 'proj_a'));
    for (let n = 0; n < 110; n++) await journal.record(entryOf(run, begin + n, 'audited', { found: n }));
    const { lines, looks, wholeSince } = await journal.changes(begin + 10);
    expect(lines.map(({ at }) => secondsOf(at) - begin)).toEqual(
      Array.from({ length: 240 }, (_, n) => n + 10),
    );
    expect(wholeSince).toBe(begin);
    expect(looks.map(({ detail }) => detail.found).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 10),
    );
    expect(await journal.ofExecution(run.execution)).toHaveLength(360);
  });

  it.each(unavailable('LeaseUnavailable'))('a claim under a %s: %s', async (fault, outcome) => {
    const { under, leases } = await open();
    await leases.take({ execution: 'one', mode: 'scheduled' });
    expect(await under(fault, (ports) => ports.leases.demand({ execution: 'one', token: 1 }))).toBe(outcome);
  });

  it.each(unavailable('JournalUnavailable'))('the journal under a %s: %s', async (fault, outcome) => {
    const { under } = await open();
    expect(await under(fault, ({ journal }) => journal.cuts())).toBe(outcome);
  });
});

it('of two that read before either writes, one gets the lease', async () => {
  const { world } = await scene();
  const gate: (() => void)[] = [];
  const late: Wire = async (call, act) => {
    if (call.op === 'lease' && call.changes) await new Promise<void>((open) => void gate.push(open));
    return act();
  };
  const take = (execution: string) =>
    inProcessPorts(world, { wire: late }).leases.take({ execution, mode: 'scheduled' });
  const both = [take('one'), take('two')];
  await new Promise((turn) => setImmediate(turn));
  for (const open of gate) open();
  expect((await Promise.all(both)).map(({ held }) => held).sort()).toEqual([false, true]);
});

import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import { dynamoLeases } from '../../lambdas/adapters/table/lease.ts';
import { leaseIn } from '../../lambdas/adapters/table/lease-item.ts';
import { type Table, tableNamed } from '../../lambdas/adapters/table/table.ts';
import { history } from '../../lambdas/adapters/table/trail.ts';
import { secondsOf } from '../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { decideLease } from '../../lambdas/domain/memory/lease.ts';
import { inProcessTable } from '../../simulation/in-process/table.ts';

const server = dynalite({ createTableMs: 0 });
const running = new Set<string>();
const executions = { running: async (arn: string) => running.has(arn) };
let table: Table;
let tables = 0;

beforeAll(() => new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready)));
afterAll(() => new Promise<void>((done) => server.close(() => done())));

beforeEach(async () => {
  running.clear();
  const settings = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  table = tableNamed(`windlass-${++tables}`, settings);
  await new DynamoDBClient(settings).send(
    new CreateTableCommand({
      TableName: table.tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
});

const leases = () => dynamoLeases(table, executions, () => 1_800_000_000);
const start = (execution: string, mode: 'scheduled' | 'manual' | 'emergency' = 'scheduled') => {
  running.add(execution);
  return leases().take({ execution, mode });
};
/** A quarter of an hour after the lease was taken. */
const lateUntil = '2027-01-15T08:15:00.000Z';
const superseded = expect.objectContaining({ name: 'Superseded' });

describe('the lease', () => {
  it('belongs to one execution at a time, and a retry of that one keeps it (I12)', async () => {
    expect(await start('one')).toEqual({ held: true, token: 1 });
    expect(await start('one')).toEqual({ held: true, token: 1 });
    expect(await start('two')).toMatchObject({ held: false, by: { holder: 'one', mode: 'scheduled' } });
    await leases().demand({ execution: 'one', token: 1 });
    await expect(leases().demand({ execution: 'two', token: 1 })).rejects.toEqual(superseded);
  });

  it('is taken over when its holder no longer runs, with a new token', async () => {
    await start('one');
    running.delete('one');
    expect(await start('two')).toEqual({ held: true, token: 2, lateUntil });
    await expect(leases().demand({ execution: 'one', token: 1 })).rejects.toEqual(superseded);
  });

  it('is taken over at once by an emergency from a rotation that is none, never from another emergency', async () => {
    await start('one', 'manual');
    expect(await start('fire', 'emergency')).toEqual({ held: true, token: 2, lateUntil });
    expect(await start('fire-2', 'emergency')).toMatchObject({ held: false });
    await expect(leases().demand({ execution: 'one', token: 1 })).rejects.toEqual(superseded);
  });

  it('says until when calls of whoever had it before may land, to the next holders as well', async () => {
    await start('one');
    await start('fire', 'emergency');
    expect(await start('fire', 'emergency')).toEqual({ held: true, token: 2, lateUntil });
    await leases().release('fire');
    expect(await start('next')).toEqual({ held: true, token: 3, lateUntil });
    await leases().release('next');
    const later = (seconds: number) =>
      dynamoLeases(table, executions, () => 1_800_000_000 + seconds).take({
        execution: 'last',
        mode: 'manual',
      });
    expect(await later(600)).toEqual({ held: true, token: 4 });
  });

  it('is demanded of its holder alone, where nobody knows the token', async () => {
    await start('one');
    await leases().demand({ execution: 'one' });
    await expect(leases().demand({ execution: 'two' })).rejects.toEqual(superseded);
  });

  it('is free after its release, and a release by somebody else frees nothing', async () => {
    await start('one');
    await leases().release('two');
    await leases().demand({ execution: 'one', token: 1 });
    await leases().release('one');
    await expect(leases().demand({ execution: 'one', token: 1 })).rejects.toEqual(superseded);
    expect(await start('two')).toEqual({ held: true, token: 2 });
  });

  it('goes to exactly one of many that ask at the same moment', async () => {
    const taken = await Promise.all(Array.from({ length: 12 }, (_, i) => start(`run-${i}`)));
    expect(taken.filter(({ held }) => held)).toHaveLength(1);
  });

  it('is not taken when nobody can tell whether its holder runs (I9)', async () => {
    await start('one');
    const unsure = dynamoLeases(
      table,
      { running: async () => Promise.reject(new Error('no answer')) },
      () => 0,
    );
    await expect(unsure.take({ execution: 'two', mode: 'scheduled' })).rejects.toThrow('no answer');
    await leases().demand({ execution: 'one', token: 1 });
  });

  it('is not taken from an execution that is too new to show (I9, I12), and is from one that nobody has known for long', async () => {
    await start('one');
    const takenAt = secondsOf((await leaseIn(table))?.takenAt ?? '');
    const seenAfter = (seconds: number) =>
      dynamoLeases(table, { running: async () => null }, () => takenAt + seconds);
    await expect(seenAfter(60).take({ execution: 'two', mode: 'scheduled' })).rejects.toMatchObject({
      name: 'LeaseUnavailable',
      message: expect.stringContaining('does not know one yet'),
    });
    await leases().demand({ execution: 'one', token: 1 });
    expect(await seenAfter(3_600).take({ execution: 'two', mode: 'scheduled' })).toMatchObject({
      held: true,
    });
  });

  it('is not taken by an answer that was on its way for long: it says what showed when it was asked (I12)', async () => {
    await start('one');
    let now = secondsOf((await leaseIn(table))?.takenAt ?? '');
    const running = async () => {
      now += 3_600;
      return null;
    };
    const slow = dynamoLeases(table, { running }, () => now);
    await expect(slow.take({ execution: 'two', mode: 'scheduled' })).rejects.toMatchObject({
      name: 'LeaseUnavailable',
    });
  });

  it('is taken by an emergency though nobody can tell whether the rotation runs that has it (I16)', async () => {
    await start('one');
    const unsure = dynamoLeases(
      table,
      { running: async () => Promise.reject(new Error('no answer')) },
      () => 1_800_000_000,
    );
    expect(await unsure.take({ execution: 'fire', mode: 'emergency' })).toEqual({
      held: true,
      token: 2,
      lateUntil,
    });
    await expect(unsure.take({ execution: 'fire-2', mode: 'emergency' })).rejects.toThrow('no answer');
  });

  it('is left alone by a sweep that finds a live rotation', () => {
    const current = { holder: 'one', mode: 'emergency', token: 1, takenAt: 'x', released: false } as const;
    expect(decideLease(current, { execution: 'two', mode: 'scheduled', holderRuns: true })).toBe('busy');
    expect(
      decideLease({ ...current, released: true }, { execution: 'two', mode: 'scheduled', holderRuns: true }),
    ).toBe('take');
  });
});

describe('who takes over from a rotation that runs (I12, I16)', () => {
  const asks = {
    sweep: { mode: 'scheduled' },
    'run that can cut what an emergency left': { mode: 'manual', insteadOf: 1 },
    'run that has looked beside an earlier one': { mode: 'scheduled', insteadOf: 0 },
    emergency: { mode: 'emergency' },
  } as const;
  const holds = {
    'rotation that soaks': { mode: 'scheduled' },
    'run that cuts what an emergency left': { mode: 'scheduled', isUrgent: true },
    emergency: { mode: 'emergency', isUrgent: true },
  } as const;
  it.each<[keyof typeof asks, keyof typeof holds, 'takeOver' | 'busy']>([
    ['sweep', 'rotation that soaks', 'busy'],
    ['sweep', 'run that cuts what an emergency left', 'busy'],
    ['sweep', 'emergency', 'busy'],
    ['run that can cut what an emergency left', 'rotation that soaks', 'takeOver'],
    ['run that can cut what an emergency left', 'run that cuts what an emergency left', 'busy'],
    ['run that can cut what an emergency left', 'emergency', 'busy'],
    ['run that has looked beside an earlier one', 'rotation that soaks', 'busy'],
    ['emergency', 'rotation that soaks', 'takeOver'],
    ['emergency', 'run that cuts what an emergency left', 'takeOver'],
    ['emergency', 'emergency', 'busy'],
  ])('a %s that meets a %s: %s', (asking, holding, decision) => {
    const current = { holder: 'one', token: 1, takenAt: 'x', released: false, ...holds[holding] };
    expect(decideLease(current, { execution: 'two', holderRuns: true, ...asks[asking] })).toBe(decision);
  });

  it('is told in time to a run that has read the lease before', async () => {
    await start('one');
    running.add('two');
    const documents = await table.documents();
    const read = Object.create(documents, {
      get: {
        async value(about: Parameters<typeof documents.get>[0]) {
          const seen = await documents.get(about);
          await leases().tell({ execution: 'one', token: 1, isUrgent: true });
          return seen;
        },
      },
    });
    const hurries = dynamoLeases({ ...table, documents: async () => read }, executions, () => 1_800_000_000);
    expect(await hurries.take({ execution: 'two', mode: 'manual', insteadOf: 1 })).toMatchObject({
      held: false,
    });
  });

  it('is told by the lease, for as long as its holder has it', async () => {
    await start('one');
    await leases().tell({ execution: 'one', token: 1, isUrgent: true });
    await leases().tell({ execution: 'two', token: 1, isUrgent: true });
    running.add('two');
    expect(await leases().take({ execution: 'two', mode: 'manual', insteadOf: 1 })).toMatchObject({
      held: false,
      by: { holder: 'one', isUrgent: true },
    });
    await leases().release('one');
    await leases().take({ execution: 'two', mode: 'manual' });
    expect(await leases().take({ execution: 'one', mode: 'scheduled' })).toMatchObject({
      by: { holder: 'two' },
    });
    expect(await leaseIn(table)).not.toHaveProperty('isUrgent');
  });
});

describe('the journal', () => {
  const at = (second: number) => new Date(1_800_000_000_000 + second * 1000).toISOString();
  const entry = (second: number, event: 'planned' | 'activated' | 'ended', scope?: string) => ({
    execution: 'one',
    startedAt: at(0),
    at: at(second),
    event,
    ...(scope && { scope }),
    detail: { ids: ['cert_a'] },
  });

  it('keeps every entry, also those of a step that ran twice, in order', async () => {
    const journal = dynamoJournal(table);
    await journal.record(entry(2, 'activated', 'proj_a'));
    await journal.record(entry(1, 'planned'));
    await journal.record(entry(3, 'activated', 'proj_a'));
    await journal.record(entry(9, 'ended'));
    expect((await history(table, 100)).map((line) => [line.event, line.at])).toEqual([
      ['planned', at(1)],
      ['activated', at(2)],
      ['activated', at(3)],
      ['ended', at(9)],
    ]);
    expect((await history(table, 2)).map(({ event }) => event)).toEqual(['activated', 'ended']);
  });

  it('keeps the order of the sentence within a second, and both lines of two attempts', async () => {
    const journal = dynamoJournal(table);
    const during = (event: JournalEntry['event'], detail: object) => ({
      ...entry(5, 'planned', 'proj_a'),
      event,
      detail: { ...detail },
    });
    const lines = [
      during('activating', { activating: ['a', 'b'] }),
      during('activating', { activating: ['b'] }),
      during('activated', { activated: ['b'] }),
      during('deactivating', {}),
      during('deactivated', {}),
    ];
    for (const line of [...lines, ...lines].reverse()) await journal.record(line);
    const events = (await history(table, 100)).map(({ event }) => event);
    expect(events).toEqual(['activating', 'activating', 'activated', 'deactivating', 'deactivated']);
  });

  it('remembers soaks, cuts and compromised anchors until they are forgotten', async () => {
    const journal = dynamoJournal(table);
    const soak = { retiring: 'old', successor: 'new', provenAt: at(0), soakUntil: at(7) };
    const cut = { scope: 'proj_a', retiring: 'old', successor: 'new', cutAt: at(8), compromised: true };
    await journal.rememberSoaks([soak]);
    await journal.rememberCuts([cut]);
    await journal.rememberCompromised([{ anchorId: 'old' }]);
    expect([await journal.soaks(), await journal.cuts(), await journal.compromised()]).toEqual([
      [soak],
      [cut],
      [{ anchorId: 'old' }],
    ]);
    await journal.forgetSoaks([soak]);
    await journal.forgetCuts([cut]);
    expect([await journal.soaks(), await journal.cuts()]).toEqual([[], []]);
  });

  it('forgets a soak only as it was read: one that has begun anew since stays (I11)', async () => {
    const journal = dynamoJournal(table);
    const old = { retiring: 'old', successor: 'new', provenAt: at(0), soakUntil: at(7) };
    const anew = { ...old, provenAt: at(3), soakUntil: at(10) };
    await journal.rememberSoaks([anew]);
    await journal.forgetSoaks([old, { ...old, retiring: 'none' }]);
    expect(await journal.soaks()).toEqual([anew]);
    await journal.forgetSoaks([anew]);
    expect(await journal.soaks()).toEqual([]);
  });

  it('that does not answer is JournalUnavailable, never an empty memory (I9)', async () => {
    const gone = dynamoJournal({ ...table, tableName: 'no-such-table' });
    await expect(gone.cuts()).rejects.toEqual(expect.objectContaining({ name: 'JournalUnavailable' }));
  });

  it('and a lease that the role may not read or write is AwsRefused, which is not waited out like an outage', async () => {
    const theirs = inProcessTable(new Map(), async () => {
      throw Object.assign(new Error('not authorized to perform dynamodb:Query'), {
        name: 'AccessDeniedException',
      });
    });
    const refused = expect.objectContaining({
      name: 'AwsRefused',
      message: expect.stringContaining('dynamodb:Query'),
    });
    await expect(dynamoJournal(theirs).cuts()).rejects.toEqual(refused);
    const leases = dynamoLeases(theirs, { running: async () => false }, () => 0);
    await expect(leases.take({ execution: 'one', mode: 'scheduled' })).rejects.toEqual(refused);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoJournal } from '../../../lambdas/adapters/table/journal.ts';
import { tableNamed } from '../../../lambdas/adapters/table/table.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import { startTableEndpoint, type TableEndpoint } from '../../../simulation/served/table-endpoint.ts';
import { windlass, windlassProcess } from '../run.ts';
import { tableEnvironment } from '../table-environment.ts';
import { before, both, day, line, newLeaf, oldLeaf, plan, recordedJournal } from './recorded-journal.ts';

const SECRET = 'aws-secret-do-not-print-me';
let endpoint: TableEndpoint;
let env: Record<string, string>;

beforeAll(async () => {
  endpoint = await startTableEndpoint();
  env = tableEnvironment(endpoint.url, SECRET);
  await Promise.all(['acme', 'empty', 'odd'].map((name) => endpoint.create(name)));
  for (const entry of recordedJournal) await record('acme', entry);
});
afterAll(() => endpoint.close());

async function record(name: string, entry: JournalEntry): Promise<void> {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  await dynamoJournal(tableNamed(name, { endpoint: endpoint.url, region: 'eu-west-1', credentials })).record(
    entry,
  );
}

describe('windlass history', () => {
  it('tells who, why, the plan, each change with before and after, each verdict, and how it ended', async () => {
    const { code, stdout, stderr } = await windlassProcess(['history', '--table', 'acme', '--all'], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /2026-11-02 09:00 UTC · manual · by ada@laptop: “drill \[2J”\n.*:drill\n {2}1 succession in 1 scope; 1 blocked\n/,
    );
    expect(stdout).toMatch(
      / plan +cert_old → cert_new\n +projects +proj_a\n +blocked +cert_keel has no successor\n/,
    );
    expect(stdout).toMatch(/proj_a +activated +cert_old +cert_new\n +cert_new +cert_old\n/);
    expect(stdout).toMatch(/proj_a +verified in the overlap by 4 probes\n/);
    expect(stdout).toMatch(/shop +promoted +a1b2c3d4e5f6… +f6e5d4c3b2a1…\n/);
    expect(stdout).toMatch(/proj_a +confirmed by 3 probes +refused: shop\n/);
    expect(stdout).toMatch(/rotated 2026-11-02 09:14 UTC\n +next rotation 2026-11-09 09:00 UTC/);
    expect(stdout).toContain('emergency · by bob@desk: “leaked” cert_new');
    expect(stdout).toContain(
      'halted 2026-11-04 09:04 UTC: SuccessorRefused: the leaf of client shop was refused\n',
    );
    expect(stdout).toMatch(/scheduled · by the daily sweep[\s\S]*idle/);
    // No name was given, neither by a schedule nor by the command line.
    expect(stdout).toContain('scheduled · by hand, or in the console\n');
    for (const hidden of ['\u001b', 'errorType']) expect(stdout).not.toContain(hidden);
  });

  it.each([
    ['its plan', 'gone', []],
    ['each project', 'vain', [{ retiring: 'cert_gone', successor: 'cert_next' }]],
  ])(
    'tells of an emergency whose anchor %s found active nowhere that it is, and not that nothing was due',
    async (_, table, successions) => {
      const entry = line(table, 6);
      const request = { mode: 'emergency', anchors: ['cert_gone'], reason: 'leaked', startedBy: 'bob@desk' };
      const nothing = { ...plan, successions, blocked: [], scopes: [], summary: 'nothing is due' };
      await endpoint.create(table);
      await record(table, entry(0, 'planned', { ...nothing, request }));
      await record(table, entry(1, 'ended', { outcome: 'idle' }));
      const { stdout } = await windlass(['history', '--table', table, '--all'], env);
      expect(stdout).toMatch(/\n {2}cert_gone is active nowhere: nothing has to be cut\n/);
      expect(stdout).not.toContain('nothing is due');
    },
  );

  it('tells who asked for an emergency that has named, and was cut off before it had a plan (I15)', async () => {
    const entry = line('named', 6);
    const request = { mode: 'emergency', anchors: ['cert_old'], reason: 'leaked', startedBy: 'bob@desk' };
    await endpoint.create('named');
    await record('named', entry(0, 'named', { request }));
    const { stdout } = await windlass(['history', '--table', 'named'], env);
    expect(stdout).toMatch(/emergency · by bob@desk: “leaked” cert_old\n[\s\S]*unfinished/);
  });

  it('tells what a sweep saw to be due and blocked, where and for whom, that left it to a live rotation', async () => {
    const { stdout } = await windlass(['history', '--table', 'acme', '--all'], env);
    expect(stdout).toMatch(/ due +cert_keel → cert_mast\n/);
    expect(stdout).toMatch(/ blocked +cert_sail: stage a leaf \[proj_a; client shop\]\n/);
    expect(stdout).toMatch(/ warnings +no such anchor: cert_typo\n/);
  });

  it('tells each verdict, a failure that was tried again once, in the order of the sentence', async () => {
    const { stdout } = await windlass(['history', '--table', 'acme', '--all'], env);
    expect(stdout).toMatch(/proj_a +not confirmed \(2 times\)\n +SuccessorRefused\n/);
    // The cause is shown once, as the end of the rotation.
    expect(stdout.match(/the leaf of client shop was refused/g)).toHaveLength(1);
    expect(stdout).toContain('\n  proj_a: NotEnforced: everybody gets in\n');
    const order = (...words: string[]) => new RegExp(words.join('[\\s\\S]*'));
    expect(stdout).toMatch(order('verified before the cut by 5', 'deactivated', 'confirmed by 3'));
    expect(stdout).toMatch(order('not confirmed', 'undone', 'verified after the undo', 'halted'));
  });

  it('says until when a token of an old leaf can live, where clients were keyless (F17)', async () => {
    const { stdout } = await windlass(['history', '--table', 'acme', '--all'], env);
    expect(stdout).toContain(
      '\n  where clients are keyless, a token of an old leaf lives until 2026-11-04 09:00 UTC at the latest\n',
    );
    const { stdout: json } = await windlass(['history', '--table', 'acme', '--all', '--json'], env);
    const told = JSON.parse(json).rotations.map((one: { tokensUntil: string | null }) => one.tokensUntil);
    expect(told.filter(Boolean)).toEqual([day(4)]);
  });

  it.each([
    ['its end has set it', [], day(8)],
    ['what was named meanwhile has set it once it had ended', [day(7)], day(7)],
  ])('says of a run that halted when the next one comes, as %s', async (_, later, expected) => {
    const table = `halted${later.length}`;
    const entry = line(table, 6);
    await endpoint.create(table);
    await record(table, entry(0, 'planned', { ...plan, blocked: [], scopes: [] }));
    const ended = { outcome: 'halted', Error: 'ApiUnavailable', Cause: '503', nextRotationAt: day(8) };
    await record(table, entry(1, 'ended', ended));
    for (const nextRotationAt of later) await record(table, entry(2, 'scheduled', { nextRotationAt }));
    const { stdout } = await windlass(['history', '--table', table, '--json'], env);
    expect(JSON.parse(stdout).rotations[0].nextRotationAt).toBe(expected);
  });

  it('has all of it as JSON: the plan whole, every line of the trail, and what is remembered', async () => {
    const { stdout } = await windlass(['history', '--table', 'acme', '--all', '--json'], env);
    const { schema, rotations, memory } = JSON.parse(stdout);
    expect(schema).toBe(1);
    const byLine = (a: JournalEntry, b: JournalEntry) => JSON.stringify(a).localeCompare(JSON.stringify(b));
    const entries = rotations.flatMap((one: { entries: JournalEntry[] }) => one.entries);
    expect(entries.toSorted(byLine)).toEqual(recordedJournal.toSorted(byLine));
    const { planned, changes, verdicts } = rotations[1];
    expect(planned).toEqual(plan);
    const promoted = changes.find(({ what }: { what: string }) => what === 'promoted');
    expect(promoted).toMatchObject({ before: [oldLeaf], after: [newLeaf] });
    expect(verdicts[0]).toMatchObject({ moment: 'overlap', error: null, times: 1 });
    expect(rotations[1].entries[verdicts[0].line]).toMatchObject({ event: 'verified' });
    expect(memory).toEqual({ begun: [], soaks: [], cuts: [], compromised: [] });
  });

  it('says what a rotation was about to do where nothing tells how it ended', async () => {
    const { stdout } = await windlass(['history', '--table', 'acme', '--all', '--json'], env);
    const { rotations } = JSON.parse(stdout);
    const { changes, outcome, error, cause } = rotations.at(-2);
    expect(changes).toEqual([
      {
        at: day(4, 1),
        what: 'deactivated',
        scope: 'proj_a',
        changed: ['cert_new'],
        before: both,
        after: null,
        done: false,
        line: 1,
      },
      {
        at: day(4, 2),
        what: 'deactivated',
        scope: 'proj_a',
        changed: ['cert_more'],
        before,
        after: before,
        done: true,
        line: 4,
      },
      {
        at: day(4, 3),
        what: 'undone',
        scope: 'proj_a',
        changed: ['cert_more'],
        before,
        after: both,
        done: true,
        line: 7,
      },
    ]);
    expect([outcome, error, cause]).toEqual([
      'halted',
      'SuccessorRefused',
      'the leaf of client shop was refused',
    ]);
    expect(rotations.at(-1)).toMatchObject({
      outcome: 'busy',
      cause: expect.stringMatching(/:fire was rotating$/),
      startedBy: null,
    });
  });

  it('shows the latest, each whole, and no more than asked for', async () => {
    const { stdout } = await windlass(['history', '--table', 'acme', '--all', '--json', '--limit', '2'], env);
    const { table, rotations } = JSON.parse(stdout);
    expect(table).toBe('acme');
    expect(rotations.map(({ execution }: { execution: string }) => execution.split(':').at(-1))).toEqual([
      'fire',
      'second',
    ]);
  });

  it('is not stopped by a rotation of more lines than it reads at first', async () => {
    const long = line('long', 6);
    await endpoint.create('long');
    for (let i = 0; i < 150; i++)
      await record('long', long(1, 'activated', { activated: [`cert_${i}`] }, `proj_${i}`));
    await record('long', long(0, 'planned', { request: { mode: 'manual' } }));
    const { stdout } = await windlass(['history', '--table', 'long', '--limit', '1', '--json'], env);
    expect(JSON.parse(stdout).rotations).toMatchObject([{ mode: 'manual', outcome: 'unfinished' }]);
    expect(JSON.parse(stdout).rotations[0].changes).toHaveLength(150);
  });

  it('says who asked for a run whose plan failed, and why', async () => {
    await endpoint.create('planless');
    const request = { mode: 'manual', reason: 'drill', startedBy: 'ada@laptop' };
    const halt = { outcome: 'halted', Error: 'ApiUnavailable', Cause: 'no answer', request };
    await record('planless', line('failed', 6)(1, 'ended', halt));
    const { stdout } = await windlass(['history', '--table', 'planless'], env);
    expect(stdout).toMatch(/ manual · by ada@laptop: “drill”\n[\s\S]*halted .*: ApiUnavailable: no answer\n/);
  });

  it('says that there is nothing', async () => {
    const { code, stdout } = await windlass(['history', '--table', 'empty'], env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No rotation is on record.\n' });
    const later = await windlass(['history', '--table', 'acme', '--since', '2027-01-01'], env);
    expect(later.stdout).toMatch(/^No rotation on record has what was asked for\.\n/);
  });
});

describe('which rotations are told', () => {
  const told = async (...args: string[]) => {
    const { stdout } = await windlass(['history', '--table', 'soaking', '--json', ...args], env);
    const { rotations, leftOut } = JSON.parse(stdout);
    return [rotations.map((one: { execution: string }) => one.execution.split(':').at(-1)), leftOut];
  };
  beforeAll(async () => {
    await endpoint.create('soaking');
    const begun = line('drill', 1);
    const request = { mode: 'scheduled', startedBy: 'the daily sweep' };
    await record('soaking', begun(0, 'planned', { request, ...plan }));
    await record('soaking', begun(1, 'promoted', { promoted: ['shop'], soakUntil: day(8) }));
    await record('soaking', line('halt', 2)(0, 'ended', { outcome: 'halted', request }));
    for (const n of [3, 4, 5])
      await record(
        'soaking',
        line(`busy-${n}`, n)(0, 'busy', { request, holder: 'drill', mode: 'scheduled' }),
      );
    await record('soaking', line('idle', 6)(0, 'ended', { outcome: 'idle', request }));
    await record('soaking', line('by-hand', 7)(0, 'ended', { outcome: 'idle', request: { mode: 'manual' } }));
  });

  it.each<[string, string[], string[], number]>([
    ['sweeps that changed nothing push no rotation out', ['--limit', '3'], ['drill', 'halt', 'by-hand'], 4],
    ['the latest of them', ['--limit', '2'], ['halt', 'by-hand'], 4],
    ['all, where it is asked for', ['--all', '--limit', '3'], ['busy-5', 'idle', 'by-hand'], 0],
    ['those since a day', ['--since', '2026-11-05'], ['by-hand'], 2],
    ['those that concern an anchor', ['--anchor', 'cert_keel'], ['drill'], 0],
    ['those of one outcome, quiet ones too', ['--outcome', 'busy'], ['busy-3', 'busy-4', 'busy-5'], 0],
    ['what fits all that is asked', ['--outcome', 'halted', '--since', '2026-11-03'], [], 0],
  ])('%s', async (_, args, expected, leftOut) => {
    expect(await told(...args)).toEqual([expected, leftOut]);
  });

  it('says how many sweeps it left out', async () => {
    const { stdout } = await windlass(['history', '--table', 'soaking'], env);
    expect(stdout).toContain('4 sweeps that changed nothing: --all shows them too\n');
  });

  it('refuses an outcome that there is not, and says which there are', async () => {
    const { code, stderr } = await windlassProcess(['history', '--table', 'acme', '--outcome', 'done'], env);
    expect(stderr).toMatch(
      /--outcome <name>' argument 'done' is invalid\. Allowed choices are rotated, idle/,
    );
    expect(code).toBe(2);
  });
});

describe('what cannot be read is one line, and exit code 2', () => {
  const { HOME = '' } = process.env;
  it.each<[string, string[], Record<string, string | undefined>, RegExp]>([
    [
      'no table',
      ['--table', 'nowhere'],
      {},
      /table nowhere: there is no such table in this account and region\n$/,
    ],
    [
      'no credentials',
      ['--table', 'acme'],
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      /no AWS credentials/,
    ],
    ['no region', ['--table', 'acme'], { AWS_REGION: undefined }, /no AWS region: set AWS_REGION\n$/],
    [
      'no endpoint',
      ['--table', 'acme'],
      { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' },
      /for the journal: connect ECONNREFUSED/,
    ],
    [
      'an endpoint that is no URL',
      ['--table', 'acme'],
      { AWS_ENDPOINT_URL_DYNAMODB: 'nonsense' },
      /table acme: AWS_ENDPOINT_URL_DYNAMODB is "nonsense", which is no URL: give it one/,
    ],
  ])('%s', async (_, args, changes, message) => {
    const apart = { AWS_EC2_METADATA_DISABLED: 'true', HOME: `${HOME}/nonexistent` };
    const changed = Object.entries({ ...env, ...apart, ...changes }).filter(
      ([, value]) => value !== undefined,
    );
    const { code, stdout, stderr } = await windlass(['history', ...args], Object.fromEntries(changed));
    expect(stderr).toMatch(/^windlass: cannot read the audit trail in table .*\n$/);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(SECRET);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('an item that is none of ours', async () => {
    const odd = line('odd', 7)(0, 'planned', {});
    await record('odd', { ...odd, at: 'no time' });
    const { code, stderr } = await windlass(['history', '--table', 'odd'], env);
    expect(stderr).toMatch(/holds an item that cannot be read, rotation .*: at: /);
    expect(code).toBe(2);
  });
});

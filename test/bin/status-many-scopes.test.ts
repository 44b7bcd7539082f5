import { expect, it } from 'vitest';
import { planTable } from '../../bin/journal/planned.ts';
import { rotationOf } from '../../bin/journal/rotations.ts';
import { scopesOf } from '../../bin/status/scopes.ts';
import { unnamedOf, waveAtWork } from '../../bin/status/unnamed.ts';
import { consequencesOf } from '../../bin/stop/consequences.ts';
import { plain } from '../../bin/terminal/screen.ts';
import { heldIn, scopesIn, toldIn } from '../../lambdas/domain/manifest.ts';
import type { Blocked } from '../../lambdas/domain/plan-document/blocked.ts';
import type { Wave } from '../../lambdas/domain/plan-document/wave.ts';
import { executionArn, openAccount, tableName } from './doctor/account.ts';
import { windlass } from './run.ts';
import { ago, line } from './trail-lines.ts';

const project = (i: number) => `proj_${String(i).padStart(5, '0')}`;
const projects = (count: number) => Array.from({ length: count }, (_, i) => project(i));
const pair = { retiring: 'cert_old', successor: 'cert_new' };
/** A wave of these scopes. In the first `held` of them the cut is held. */
const wave = (scopes: string[], held = 0): Wave => ({
  name: 'projects',
  scopes: scopes.map((scope, i) => ({
    ...{ scope, checks: [] },
    successions: [{ ...pair, ...(i < held && { held: true }) }],
  })),
});

/** What Plan writes down of such waves and such blocked cuts. */
const planned = (waves: Wave[], blocked: Blocked[] = []) => ({
  request: { mode: 'scheduled' },
  successions: [pair],
  ...toldIn({ blocked, warnings: undefined }),
  scopes: scopesIn(waves),
  ...heldIn(waves),
  summary: 'a rotation',
});
const waits = (scopes: string[]): Blocked => ({ anchor: 'cert_old', reason: 'nobody proves these', scopes });
const on = line('drill', 3_600);
const beforeCut = { evidence: 'probe', probes: 2, moment: 'beforeCut' };

it('windlass status counts the scopes of a wave of thousands, and takes no "and 4000 more" for a project (I18)', async () => {
  const account = await openAccount('acme');
  await account.journal('acme').record(on(1, 'planned', planned([wave(projects(5_000))])));
  const drill = executionArn('acme', 'drill');
  account.executions.set(drill, 'RUNNING');
  account.executions.entered(drill, 'Activate scope by scope');
  const lease = { holder: drill, mode: 'scheduled', token: 1, released: false, takenAt: ago(3_600) };
  const documents = await account.table('acme').documents();
  await documents.put({ TableName: tableName('acme'), Item: { pk: 'lease', sk: 'lease', ...lease } });
  const { stdout } = await windlass(['status', 'acme'], account.env);
  const seen = JSON.parse((await windlass(['status', 'acme', '--json'], account.env)).stdout);
  const { running } = seen;
  expect(running.scopes.map(({ scope }: { scope: string }) => scope)).toEqual(projects(1_000));
  expect(running.unnamed).toEqual({ waiting: 4_000, held: 0 });
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('wave projects, 0 of 5,000 scopes done');
  expect(stdout).toMatch(/ waiting +5,000 +proj_00000, [\s\S]*and 4992 more\n/);
  const told = consequencesOf(seen, running, [], plain).replaceAll(/\s+/g, ' ');
  expect(told).toMatch(/as before 5,000: proj_00000, .* and 4994 more/);
});

it('a scope that the trail does not name in its wave is counted with it once it has a line', () => {
  const rotation = rotationOf([
    on(1, 'planned', planned([wave(projects(10)), wave(projects(2_010).slice(10)), wave(['organization'])])),
    ...projects(1_500).map((scope) => on(10, 'verified', { ...beforeCut, moment: 'overlap' }, scope)),
  ]);
  const scopes = scopesOf(rotation);
  const unnamed = unnamedOf(rotation, scopes);
  expect(scopes.filter(({ state }) => state === 'done')).toHaveLength(1_500);
  expect({ count: scopes.length, unnamed }).toEqual({ count: 1_501, unnamed: { waiting: 510, held: 0 } });
  expect(waveAtWork(rotation, scopes, unnamed)).toBe('projects');
});

it('a scope whose cut may not be made is held, and not waiting, be it the twenty-first or the thousand and first (I18)', () => {
  const countIn = (count: number, held: number) => {
    const rotation = rotationOf([
      on(1, 'planned', planned([wave(projects(count), held)], [waits(projects(held))])),
      on(10, 'verified', beforeCut, project(count - 1)),
    ]);
    const scopes = scopesOf(rotation);
    const unnamed = unnamedOf(rotation, scopes);
    const named = (one: string) => scopes.filter(({ state }) => state === one).length;
    return { held: named('held') + unnamed.held, waiting: named('waiting') + unnamed.waiting };
  };
  expect(countIn(30, 25)).toEqual({ held: 25, waiting: 4 });
  expect(countIn(5_000, 3_000)).toEqual({ held: 3_000, waiting: 1_999 });
});

it('of an older plan, which names what is held by what is blocked alone, the scopes that are named there are held', () => {
  const { held: _, ...older } = planned([wave(projects(30), 5)], [waits(projects(5))]);
  const rotation = rotationOf([on(1, 'planned', older), on(10, 'verified', beforeCut, project(29))]);
  expect(scopesOf(rotation).filter(({ state }) => state === 'held')).toHaveLength(5);
});

it('windlass history counts the scopes of a long wave and of a blocked cut as they were planned', () => {
  const entry = on(1, 'planned', planned([wave(projects(5_000))], [waits(projects(25))]));
  const { planned: told } = rotationOf([entry]);
  if (!told) throw new Error('no plan');
  const text = planTable(told, plain).join('\n');
  expect(text).toMatch(/proj_00005, and 4994 more/);
  expect(text).toMatch(/proj_00002, and 22 more/);
});

import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { DAY, NOW, type Scene, scene } from '../scene.ts';

/** Those that are in every scene. */
const PROJECTS = ['proj_a', 'proj_b'];
const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
/** A soak of five days more, which has left out some scopes. */
const without = (...except: string[]) => ({
  ...{ ...pair, except, provenAt: instant(NOW - 2 * DAY), soakUntil: instant(NOW + 5 * DAY) },
});

type Planned = Awaited<ReturnType<Scene['plan']>>;

const scopesIn = ({ waves }: Planned) =>
  waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope)).toSorted();

/** An organization whose pair is active in these projects. */
const active = (projects: string[], clients: Parameters<typeof scene>[1]) =>
  scene(
    [
      { id: 'cert_acme0', expires: 25, in: projects },
      { id: 'cert_acme1', expires: 300, in: projects },
    ],
    clients,
    { projects: projects.filter((project) => !PROJECTS.includes(project)) },
  );

/** Promotes what a plan has, some of whose scopes are proven and the others halted. */
async function promoted(set: Scene, plan: Planned, halted: string[] = []) {
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(set.time.now);
  for (const scope of scopesIn(plan)) {
    const verdict = halted.includes(scope)
      ? { verdict: 'halted' as const, error: 'ProbeInconclusive', cause: '' }
      : { verdict: 'proven' as const, error: '', cause: '', provenAt };
    await set.verdicts.leave({ execution, phase: 'overlap' }, { scope, ...verdict });
  }
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  return set.journal.soaks();
}

it('I11: a soak that begins anew, since a client moves, is one for all scopes, those that it had left out as well', async () => {
  const set = await active(
    ['proj_a', 'proj_b'],
    [
      {
        ...{ name: 'mover', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'late', project: 'proj_b', running: { anchor: 'cert_acme0' } },
      { name: 'silent', project: 'proj_b', running: { anchor: 'cert_acme1' } },
    ],
  );
  await set.journal.rememberSoaks([without('proj_b')]);
  const plan = await set.plan('one');
  expect(scopesIn(plan)).toEqual(['proj_a', 'proj_b']);
  expect(await promoted(set, plan, ['proj_b'])).toMatchObject([{ except: ['proj_b'] }]);
});

const running = (...projects: string[]) =>
  projects.map((project) => ({ name: `in-${project}`, project, running: { anchor: 'cert_acme1' } }));

it.each([
  ['proves all that it sees', [], ['proj_c']],
  ['does not prove another', ['proj_a'], ['proj_a', 'proj_c']],
])(
  'I11: what a soak has left out, and a run that %s cannot see, stays left out',
  async (_, halted, except) => {
    const set = await active(['proj_a', 'proj_b', 'proj_c'], running('proj_a', 'proj_b', 'proj_c'));
    await set.journal.rememberSoaks([without('proj_b', 'proj_c')]);
    // It is away, as an archived project is.
    const away = set.world.organization.projects({}).data.find(({ id }) => id === 'proj_c');
    if (away) away.archivedAt = NOW - 60;
    const plan = await set.plan('one');
    expect(scopesIn(plan)).toEqual(['proj_a', 'proj_b']);
    expect(await promoted(set, plan, halted)).toMatchObject([{ except }]);
  },
);

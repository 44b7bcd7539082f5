import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { DAY, NOW, type Scene, scene, scopeInput } from '../scene.ts';

/** The projects of every scene. */
const PROJECTS = ['proj_a', 'proj_b'];
const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
/** A soak that lasts five more days and has left out some scopes. */
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

const mover = {
  ...{ name: 'mover', project: 'proj_a' },
  ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
};

/**
 * Promotes a plan. The scopes in `halted` have halted, and the others are proven. Returns the soaks that are
 * remembered then.
 */
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
      mover,
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

/** Archives a project. */
function archive({ world }: Scene, project: string) {
  const away = world.organization.projects({}).data.find(({ id }) => id === project);
  if (away) away.archivedAt = NOW - 60;
}

it.each([
  ['proves all that it sees', [], ['proj_c'], false],
  ['does not prove another', ['proj_a'], ['proj_a', 'proj_c'], false],
  ['does not prove another, by a plan of an older version,', ['proj_a'], ['proj_a', 'proj_c'], true],
])(
  'I11: what a soak has left out, and a run that %s cannot see, stays left out',
  async (_, halted, except, isOlder) => {
    const set = await active(['proj_a', 'proj_b', 'proj_c'], running('proj_a', 'proj_b', 'proj_c'));
    await set.journal.rememberSoaks([without('proj_b', 'proj_c')]);
    archive(set, 'proj_c');
    const { leftOut, ...plan } = await set.plan('one');
    expect(scopesIn(plan)).toEqual(['proj_a', 'proj_b']);
    const told = isOlder || !leftOut ? plan : { ...plan, leftOut };
    expect(await promoted(set, told, halted)).toMatchObject([{ except }]);
  },
);

it.each([
  ['moves somebody', true, []],
  ['activates the successor once more in a scope', false, ['proj_a']],
])(
  'I11: it stays left out where such a run begins the soak anew, since it %s',
  async (_, isMoving, ended) => {
    const set = await active(
      ['proj_a', 'proj_b', 'proj_c'],
      [...running('proj_a', 'proj_b', 'proj_c'), ...(isMoving ? [mover] : [])],
    );
    await set.journal.rememberSoaks([without('proj_c')]);
    archive(set, 'proj_c');
    for (const scope of ended) await set.ports.certificates.deactivate(scope, ['cert_acme1']);
    const plan = await set.plan('one');
    expect(scopesIn(plan)).toEqual(['proj_a', 'proj_b']);
    await activate(set.ports, scopeInput('one', plan, 'proj_a'));
    expect(await promoted(set, plan)).toMatchObject([
      { except: ['proj_c'], soakUntil: instant(set.time.now + 7 * DAY) },
    ]);
  },
);

import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { DAY, NOW, type SceneAnchor, type SceneClient, scene } from '../../scene.ts';

const ACME: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
  { id: 'cert_acme1', expires: 300, in: ['proj_a', 'proj_b'] },
];
const KEEL: SceneAnchor[] = [
  { id: 'cert_keel0', expires: 25, in: ['proj_a'] },
  { id: 'cert_keel1', expires: 300 },
];

/** A client that runs on a leaf of the successor which is valid for `days` more days. */
const moved = (days: number): SceneClient => ({
  ...{ name: 'moved', project: 'proj_a', running: { anchor: 'cert_acme1', until: NOW + days * DAY } },
});
const keel: SceneClient = {
  ...{ name: 'keel', project: 'proj_a', running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } },
};

/** A client whose staged leaf is valid for `days` more days. Without `days`, no leaf is staged. */
const late = (days?: number): SceneClient => ({
  ...{ name: 'late', project: 'proj_b', running: { anchor: 'cert_acme0' } },
  staged: days === undefined ? null : { anchor: 'cert_acme1', until: NOW + days * DAY },
});

/**
 * Plans a run where acme was proven everywhere and its soak ends in `soaked` days. A negative number is a
 * soak that is over.
 */
async function after(soaked: number, clients: SceneClient[], anchors = ACME) {
  const set = await scene(anchors, clients);
  const soakUntil = NOW + soaked * DAY;
  const [began, ends] = [soakUntil - 7 * DAY, soakUntil].map(instant);
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  await set.journal.rememberSoaks([{ ...pair, provenAt: began ?? '', soakUntil: ends ?? '' }]);
  const { waves, promotions, blocked, successions } = await set.plan('one');
  const cuts = waves.flatMap(({ scopes }) =>
    scopes.flatMap(({ scope, successions: own }) =>
      own.flatMap(({ retiring, held }) => (held ? [] : `${scope} ${retiring}`)),
    ),
  );
  const retired = successions.map(({ retiring }) => retiring);
  return { cuts, moves: promotions.map(({ client }) => client), blocked, retired };
}

it.each([
  ['nothing staged', late()],
  ['a leaf staged that ends within the margin', late(1)],
  ['a leaf staged that ends in the soak that its move would begin', late(5)],
])('I17, I19: what has soaked is cut beside a neighbour with %s, whom nobody moves', async (_, neighbour) => {
  const planned = await after(-1, [moved(4), neighbour]);
  expect(planned).toMatchObject({ cuts: ['proj_a cert_acme0'], moves: [] });
  expect(planned.blocked).toMatchObject([{ client: 'late', scopes: ['proj_b'] }]);
});

it('I19: such a neighbour is told by what date its leaf has to last', async () => {
  const { blocked } = await after(-1, [moved(4), late(5)]);
  expect(blocked[0]?.reason).toContain(
    `ends at ${instant(NOW + 5 * DAY)}, not after ${instant(NOW + 9 * DAY)}`,
  );
});

it.each([
  ['nothing staged', late()],
  ['a leaf staged that ends in the soak that its move would begin', late(5)],
])('I11, I17: what has soaked goes first and alone beside a neighbour with %s', async (_, neighbour) => {
  const { retired } = await after(-1, [moved(200), neighbour, keel], [...ACME, ...KEEL]);
  expect(retired).toEqual(['cert_acme0']);
});

it('rule 5: a leaf has to last until the soak ends that goes on, and not through a whole other one', async () => {
  const { cuts } = await after(1, [moved(5), late()]);
  expect(cuts).toEqual(['proj_a cert_acme0']);
});

it('I19: it has to last through the whole one of what goes with it, and nobody is told that no client runs on the successor', async () => {
  const { cuts, blocked } = await after(1, [moved(5), late(), keel], [...ACME, ...KEEL]);
  expect(cuts).toEqual(['proj_a cert_keel0']);
  const [own] = blocked.filter(({ client }) => client === undefined);
  expect(own).toMatchObject({ anchor: 'cert_acme0', scopes: ['proj_a'] });
  expect(own?.reason).toContain(`stage a leaf for moved (that ends after ${instant(NOW + 9 * DAY)})`);
});

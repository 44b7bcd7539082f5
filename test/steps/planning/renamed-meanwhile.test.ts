import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { moveToStaged } from '../saying.ts';
import { type SceneAnchor, scene } from '../scene.ts';

const DAY = 86_400;
const EMERGENCY = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

type Since = {
  others?: SceneAnchor[];
  running?: string;
  /** Whether the run has ended without cutting everywhere. */
  isOver?: boolean;
};

const onBoth = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };

/**
 * Acme's second anchor is to succeed the first one and soaks. Since then somebody has renamed one of the
 * anchors.
 */
async function renamed(
  anchorId: string,
  name: string,
  { others = [], running = 'cert_acme1', isOver = false }: Since = {},
) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], name: 'acme@2026' },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'], name: 'acme@2027' },
      ...others,
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a' },
        ...(isOver ? onBoth : { running: { anchor: running } }),
      },
    ],
  );
  if (isOver) await moveToStaged(set.secrets, 'billing');
  const soak = {
    ...{ retiring: 'cert_acme0', successor: 'cert_acme1' },
    provenAt: instant(set.time.now - DAY),
    soakUntil: instant(set.time.now + 6 * DAY),
  };
  if (!isOver) await set.journal.rememberSoaks([soak]);
  set.world.organization.rename(anchorId, name, 'person');
  return set;
}

const pairsOf = ({ successions }: { successions: readonly { retiring: string; successor: string }[] }) =>
  successions.map(({ retiring, successor }) => `${retiring} ${successor}`);

describe.each([
  ['cert_acme1', 'acme-root@2027'],
  ['cert_acme0', 'OLD acme@2026'],
  ['cert_acme0', ''],
])('a soak in which %s is renamed to %j', (anchorId, name) => {
  it('I16: an emergency cuts in favour of what everybody runs on', async () => {
    const { plan } = await renamed(anchorId, name);
    const planned = await plan('one', EMERGENCY);
    expect(pairsOf(planned)).toEqual(['cert_acme0 cert_acme1']);
    expect(planned.blocked).toEqual([]);
    expect(planned.warnings?.join()).toContain('one of them was renamed since');
  });

  it('I11: the rotation goes on, and to no upload that nobody holds a leaf of', async () => {
    const fresh = { id: 'cert_acme2', expires: 600, name: 'acme@2028' };
    const { plan } = await renamed(anchorId, name, { others: [fresh] });
    expect(pairsOf(await plan('one'))).toEqual(['cert_acme0 cert_acme1']);
  });
});

describe('a run is over that could not cut everywhere, and the successor is renamed', () => {
  const later = (since: Since = {}) => renamed('cert_acme1', 'acme-root@2027', { ...since, isOver: true });

  it('I16: an emergency cuts what nobody runs on any more in favour of what all were moved to', async () => {
    const { plan } = await later();
    expect(pairsOf(await plan('one', EMERGENCY))).toEqual(['cert_acme0 cert_acme1']);
  });

  it('a sweep follows the names: nothing is urgent', async () => {
    const { plan } = await later();
    expect(pairsOf(await plan('one'))).toEqual([]);
  });

  it('nothing is activated for it under another name', async () => {
    const { plan, world } = await later();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'person');
    expect(pairsOf(await plan('one', EMERGENCY))).toEqual([]);
  });
});

it('an upload that was named wrong, and that nobody holds a leaf of, gives way to its right name', async () => {
  const { plan } = await renamed('cert_acme1', 'acme-test@2027', { running: 'cert_acme0' });
  expect(pairsOf(await plan('one', EMERGENCY))).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { intruder, sendingBoth } from '../both-paths.ts';
import { onAcme } from '../saying.ts';
import { type Scene, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

type Planned = Awaited<ReturnType<Scene['plan']>>;

const FILTER = 'subject.common_name != "intruder"';
const acme = (scopes: string[], filter?: string): SceneAnchor[] => [
  // The old anchor has no filter, so the witness gets in before its cut. An emergency does not wait for that
  // (I16).
  { id: 'cert_acme0', expires: 200, in: scopes },
  { id: 'cert_acme1', expires: 300, ...(filter !== undefined && { filter }) },
];
const BOTH = ['organization', 'proj_a'];
const late = (project: string): SceneClient => ({ name: 'late', project, running: { anchor: 'cert_acme0' } });

async function leaked(anchors: SceneAnchor[], clients: SceneClient[], ...named: string[]) {
  const set = await scene(anchors, clients, { witnesses: [intruder], choice: 'first' });
  sendingBoth(set);
  const plan = await set.plan('one', { mode: 'emergency', anchors: named, reason: 'leaked' });
  return { ...set, planned: plan };
}

/** Runs one scope up to its cut, and returns how the cut is confirmed. */
async function cut({ ports }: Pick<Scene, 'ports'>, planned: Planned, scope: string) {
  const input = scopeInput('one', planned, scope);
  const activation = await activate(ports, input);
  const verification = await verify(ports, { ...input, moment: 'overlap' });
  await promoteScope(ports, { ...input, verification } as never);
  const again = await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  return () => confirm(ports, { ...input, activation, verification: again, deactivation } as never);
}
const told = ({ entries }: Pick<Scene, 'entries'>) =>
  entries().flatMap(({ event, scope, detail }) => {
    const { unwitnessed, judgedElsewhere } = Object(detail);
    return event === 'confirmed' ? [{ scope, unwitnessed, judgedElsewhere }] : [];
  });
const heldIn = ({ waves }: Planned) =>
  waves.flatMap(({ scopes }: { scopes: ScopePlan[] }) =>
    scopes.flatMap(({ scope, successions }) =>
      successions.flatMap(({ held, retiring }) => (held ? `${retiring} ${scope}` : [])),
    ),
  );
const WIDENED = expect.objectContaining({ name: 'TrustWidened' });

describe('a witness that what stays lets in, after an emergency’s cut (I16, I17)', () => {
  it.each([BOTH, BOTH.toReversed()])(
    'is judged by the scope that is cut last (%s first)',
    async (first, last) => {
      const set = await leaked(acme(BOTH, FILTER), [onAcme('billing', 'proj_a')], 'cert_acme0');
      await (await cut(set, set.planned, first))();
      await (await cut(set, set.planned, last))();
      expect(told(set)).toEqual([
        { scope: first, judgedElsewhere: expect.arrayContaining(['intruder']) },
        { scope: last },
      ]);
    },
  );

  it.each([BOTH, BOTH.toReversed()])(
    'halts that one where the successor lets it in (%s first)',
    async (first, last) => {
      const set = await leaked(acme(BOTH), [onAcme('billing', 'proj_a')], 'cert_acme0');
      await (await cut(set, set.planned, first))();
      await expect((await cut(set, set.planned, last))()).rejects.toEqual(WIDENED);
    },
  );

  it('halts every scope that hears of the other’s cut', async () => {
    const set = await leaked(acme(BOTH), [onAcme('billing', 'proj_a')], 'cert_acme0');
    const [one, other] = [await cut(set, set.planned, 'organization'), await cut(set, set.planned, 'proj_a')];
    await expect(one()).rejects.toEqual(WIDENED);
    await expect(other()).rejects.toEqual(WIDENED);
  });

  it('keeps no other line of its scope unconfirmed where its own cut is held there, and is told', async () => {
    const keel: SceneAnchor[] = [
      { id: 'cert_keel0', expires: 200, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
    ];
    const onKeel = { anchor: 'cert_keel0' };
    const set = await leaked(
      [...acme(['proj_a'], FILTER), ...keel],
      [
        ...[onAcme('billing', 'proj_a'), late('proj_a')],
        { name: 'of-keel', project: 'proj_a', running: onKeel, staged: { anchor: 'cert_keel1' } },
      ],
      ...['cert_acme0', 'cert_keel0'],
    );
    expect(heldIn(set.planned)).toEqual(['cert_acme0 proj_a']);
    await (await cut(set, set.planned, 'proj_a'))();
    expect(told(set)).toEqual([{ scope: 'proj_a', unwitnessed: ['intruder'] }]);
    expect(await set.journal.cuts()).toEqual([]);
  });

  it.each([
    ['proj_a', 'organization'],
    ['organization', 'proj_a'],
  ])('nor the cut of a scope where the other one, %s, keeps what it leads to', async (holding, scope) => {
    const clients = [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')];
    const waiting = late(holding === 'proj_a' ? 'proj_a' : 'proj_b');
    const set = await leaked(acme(BOTH, FILTER), [...clients, waiting], 'cert_acme0');
    expect(heldIn(set.planned)).toEqual([`cert_acme0 ${holding}`]);
    await (await cut(set, set.planned, scope))();
    expect(told(set)).toEqual([expect.objectContaining({ scope, unwitnessed: ['intruder'] })]);
  });
});

import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { beginScope } from '../../../lambdas/begin-scope.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { judgeWave } from '../../../lambdas/domain/cut/wave-judgement.ts';
import type { Judgement, ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme } from '../saying.ts';
import { DAY, HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

/**
 * Runs a rotation in waves of one scope to the end of its soak. The client `silent` never answers, or only
 * not in `silentIn`.
 */
async function soaked(
  anchors: SceneAnchor[],
  clients: SceneClient[],
  { silent, silentIn }: { silent: string; silentIn?: string },
) {
  const set = await scene(anchors, clients);
  let here: string | undefined;
  const probe: typeof set.ports.probe = async (host, held) =>
    held.apiKey === `sk-${silent}` && (silentIn === undefined || silentIn === here)
      ? { kind: 'inconclusive', why: '503', passing: true }
      : set.ports.probe(host, held);
  const ports = { ...set.ports, probe };
  const planned = await set.plan('one');
  const execution = { id: 'one', startedAt: planned.plannedAt };
  const configuration = {
    clients: clients.map(({ name, project }) => ({ name, project, secret: name })),
  };
  const overlap: Judgement[] = [];
  for (const { scope } of planned.waves.flatMap((wave) => wave.scopes)) {
    const input = scopeInput('one', planned, scope);
    here = scope;
    await activate(ports, input);
    const proof = verify(ports, { ...input, moment: 'overlap', configuration });
    const verdict: ScopeVerdict = await proof.then(
      ({ provenAt }) => ({ scope, verdict: 'proven', error: '', cause: '', provenAt }),
      ({ name, message }) => ({ scope, verdict: 'halted', error: name, cause: message }),
    );
    await ports.verdicts.leave({ execution, phase: 'overlap' }, verdict);
    overlap.push(judgeWave([scope], [verdict], { tolerant: true }));
  }
  expect(overlap.map(({ anyHalted, tolerated = 0 }) => [anyHalted, tolerated])).toEqual([
    ...[[false, 1]],
    ...[[false, 0]],
  ]);
  const promotion = await promote(ports, { execution, plan: planned, verification: overlap });
  set.time.now += 8 * DAY;
  const begin = (scope: string) =>
    beginScope(ports, {
      ...{ execution, plan: scopeInput('one', planned, scope).plan, phase: 'cut', mode: 'scheduled' },
      ...{ after: 'overlap', child: `arn:${scope}` },
    });
  const cut = async (scope: string) => {
    const input = scopeInput('one', planned, scope);
    await verify(ports, { ...input, moment: 'beforeCut', configuration });
    const deactivation = await deactivate(ports, input);
    return { deactivation, confirmation: await confirm(ports, input) };
  };
  const getsIn = async (client: string) => {
    const held = await ports.secrets.read(client, 'AWSCURRENT');
    return held && 'apiKey' in held ? (await set.ports.probe(HOST, held)).kind : null;
  };
  return { promotion, begin, cut, getsIn };
}

describe('beside a project that halted in the overlap, and stops nobody', () => {
  /**
   * Carol runs on a leaf of `anchor`, does not answer, and has a leaf of acme1 staged, as Dave has. Erin is
   * in another project and gets in by the organization's anchor.
   */
  const besideCarol = (anchor: string) =>
    soaked(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_beta0', expires: 20, in: ['organization'] },
        { id: 'cert_beta1', expires: 300 },
      ],
      [
        { name: 'carol', project: 'proj_a', running: { anchor }, staged: { anchor: 'cert_acme1' } },
        onAcme('dave', 'proj_a'),
        {
          ...{ name: 'erin', project: 'proj_b', running: { anchor: 'cert_beta0' } },
          staged: { anchor: 'cert_beta1' },
        },
      ],
      { silent: 'carol' },
    );

  it('a scope is cut where a client reaches it who was not moved, and runs on nothing that is cut there (I17)', async () => {
    const { promotion, begin, cut, getsIn } = await besideCarol('cert_acme0');
    expect(promotion.promoted).toEqual(['dave', 'erin']);
    expect(await begin('organization')).toMatchObject({ begins: true, anyHalted: false });
    expect((await cut('organization')).deactivation.deactivated).toEqual(['cert_beta0']);
    expect(await getsIn('erin')).toBe('accepted');
  });

  it('no scope is cut that a client reaches whom the plan took for moved, and who was not (I1)', async () => {
    const { promotion, begin, getsIn } = await besideCarol('cert_beta0');
    // The scope halts, but the clients that it has proven are moved (I17).
    expect(promotion.promoted).toEqual(['dave', 'erin']);
    expect(await begin('proj_a')).toMatchObject({ begins: false, halt: { Error: 'ProbeInconclusive' } });
    const held = await begin('organization');
    expect(held).toMatchObject({ begins: false, halt: { Error: 'ClientOnRetiring' } });
    expect(held.halt?.Cause).toMatch(/client carol was not moved/);
    expect(await getsIn('carol')).toBe('accepted');
  });

  it('the old leaf of its client is judged once that project is cut, too (I10)', async () => {
    const { promotion, begin, cut, getsIn } = await soaked(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a', 'organization'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [
        {
          name: 'billing',
          project: 'proj_a',
          running: { anchor: 'cert_acme0' },
          staged: { anchor: 'cert_acme1' },
        },
      ],
      { silent: 'billing', silentIn: 'proj_a' },
    );
    expect(promotion.promoted).toEqual(['billing']);
    expect(await begin('proj_a')).toMatchObject({ begins: false });
    expect(await begin('organization')).toMatchObject({ begins: true });
    expect(await cut('organization')).toMatchObject({
      deactivation: { deactivated: ['cert_acme0'] },
      confirmation: { refused: [] },
    });
    expect(await getsIn('billing')).toBe('accepted');
  });
});

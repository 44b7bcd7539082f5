import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { ScopeDocument } from '../../../lambdas/domain/document.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlap } from '../saying.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

const LINES = ['acme', 'keel'];

/** Both authorities of a project are to be cut, whose clients have moved by then; the API deactivates none of those named. */
async function beforeTheCut(request: Request, expires: number, stubborn: readonly string[]) {
  const set = await scene(
    LINES.flatMap((line) => [
      { id: `cert_${line}0`, expires, in: ['proj_a'] },
      { id: `cert_${line}1`, expires: 300 },
    ]),
    LINES.map((line) => ({
      ...{ name: `of-${line}`, project: 'proj_a', running: { anchor: `cert_${line}0` } },
      staged: { anchor: `cert_${line}1` },
    })),
  );
  const { certificates } = set.ports;
  const ports = {
    ...{ ...set.ports, hosts: [HOST] },
    certificates: {
      ...certificates,
      // A call is atomic (F2): it takes all of it, or nothing.
      deactivate: async (scope: string, ids: readonly string[]) => {
        const refused = ids.filter((id) => stubborn.includes(id));
        if (refused.length > 0) throw new WindlassError('ApiRefused', `400 ${refused.join(', ')}: no`);
        await certificates.deactivate(scope, ids);
      },
    },
  };
  const input = scopeInput('one', await set.plan('one', request));
  await activate(ports, input);
  const verification = await verify(ports, overlap(input));
  const promotions = input.plan.checks.map(({ client, secret, leaf }) => ({ client, secret, leaf }));
  await promoteScope(ports, { ...input, plan: { ...input.plan, promotions }, verification });
  await verify(ports, { ...input, moment: 'beforeCut' });
  return { set, ports, input };
}

/** The cut, with its confirmation or its undo: how it halted. */
async function cut({ ports, input }: Awaited<ReturnType<typeof beforeTheCut>>) {
  let deactivation: ScopeDocument['deactivation'];
  try {
    deactivation = await deactivate(ports, input);
    await confirm(ports, { ...input, deactivation });
    return null;
  } catch (error) {
    const { name, message } = error as Error;
    const halt = { Error: name, Cause: message };
    await undo(ports, { ...input, ...(deactivation && { deactivation }), halt });
    return halt;
  }
}

const leaked: Request = { mode: 'emergency', anchors: ['cert_acme0', 'cert_keel0'], reason: 'they leaked' };

it.each([
  ['I16: a compromised anchor', leaked, 200],
  ['I17: an anchor that is due', { mode: 'scheduled' } as const, 20],
])(
  '%s that the API does not deactivate keeps no other of its scope active or unconfirmed',
  async (_, request, expires) => {
    const at = await beforeTheCut(request, expires, ['cert_keel0']);
    expect(await cut(at)).toEqual({ Error: 'ApiRefused', Cause: '400 cert_keel0: no' });
    expect(at.set.activeIn('proj_a')).toEqual(['cert_acme1', 'cert_keel0', 'cert_keel1']);
    const left = await at.ports.journal.cuts();
    expect(left.map(({ retiring }) => retiring)).not.toContain('cert_acme0');
  },
);

it('I17: a scope halts before its confirmation where the API takes none of its anchors', async () => {
  const at = await beforeTheCut(leaked, 200, ['cert_acme0', 'cert_keel0']);
  await expect(deactivate(at.ports, at.input)).rejects.toMatchObject({ name: 'ApiRefused' });
});

it('I10: a cut that is not all of its succession stays unconfirmed, since the old leaves may get in still', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme2', expires: 300, in: ['proj_a'] },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme2' } }],
  );
  const ports = { ...set.ports, hosts: [HOST] };
  const both: Request = { mode: 'emergency', anchors: ['cert_acme0', 'cert_acme1'], reason: 'they leaked' };
  const input = scopeInput('one', await set.plan('one', both));
  const deactivation = await deactivate(ports, input);
  const refusals = [{ anchor: 'cert_acme1', error: 'ApiRefused' as const, cause: 'no' }];
  await expect(
    confirm(ports, { ...input, deactivation: { ...deactivation, refusals } }),
  ).rejects.toMatchObject({ name: 'ApiRefused' });
  expect(await ports.journal.cuts()).toHaveLength(2);
});

import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { shardsOf } from '../../../lambdas/domain/cut/shards.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { carried } from '../../../simulation/machine/payload.ts';
import { onAcme } from '../saying.ts';
import { scene, scopeInput } from '../scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

/**
 * An emergency in the organization and in a project, at the organization's turn. Billing's old leaf still
 * gets in by its project.
 */
async function inTheOrganization() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['organization', 'proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const planned = await set.plan('fire', fire);
  const input = scopeInput('fire', planned, 'organization');
  const [check] = input.plan.checks;
  if (!check) throw new Error('billing has a check');
  expect(check.cutElsewhere).toEqual(['cert_acme0']);
  await activate(set.ports, input);
  return { set, planned, input, check };
}

it('I10, I18: the cut of an organization with ten thousand clients leaves a state that Step Functions can carry', async () => {
  const { set, input, check } = await inTheOrganization();
  const { successions, scope } = input.plan;
  const checks = Array.from({ length: 10_000 }, (_, at) => ({
    ...{ ...check, client: `team-${at}-billing-service` },
    project: `proj_${at}`,
  }));
  const shards = shardsOf({ checks });
  const deactivation = await deactivate(set.ports, { ...input, plan: { ...input.plan, checks } });
  expect(set.activeIn('organization')).toEqual(['cert_acme1']);
  // The cut is made already. A state that is too large ends the execution at once, and a Catch of States.ALL
  // does not see it.
  const document = { ...input, plan: { scope, successions, checks: [], shards }, deactivation };
  expect(() => carried('Deactivate for many at once', document)).not.toThrow();
});

it('I10: a shard leaves an old leaf to a scope that has yet to be cut, and to none that has been', async () => {
  const { set, planned, input } = await inTheOrganization();
  const verification = await verify(set.ports, { ...input, moment: 'overlap' });
  await promoteScope(set.ports, { ...input, verification });
  await deactivate(set.ports, input);
  const shard = { at: 0, of: 1 };
  expect(await confirm(set.ports, { ...input, shard })).toMatchObject({ refused: [] });
  const left = set.entries().filter(({ event }) => event === 'confirmed');
  expect(left).toMatchObject([{ detail: { judgedElsewhere: ['billing'] } }]);
  await activate(set.ports, scopeInput('fire', planned));
  await deactivate(set.ports, scopeInput('fire', planned));
  expect(await confirm(set.ports, { ...input, shard })).toMatchObject({ refused: ['billing'] });
});

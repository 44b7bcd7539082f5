import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { changeOf } from '../../../lambdas/adapters/openai/audit-log.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { release } from '../../../lambdas/release.ts';
import { wholeAuditLog } from '../../../simulation/world/audit-log.ts';
import { type SceneClient, scene, scopeInput } from '../scene.ts';

/**
 * The SDK says of the log's entries (`audit-logs.d.ts`): "The project that the action was scoped to. Absent
 * for actions not scoped to projects. Note that any admin actions taken via Admin API keys are associated
 * with the default project."
 */
async function ended(scopes: string[]) {
  const clients: SceneClient[] = [
    {
      name: 'billing',
      project: 'proj_a',
      running: { anchor: 'cert_acme0' },
      staged: { anchor: 'cert_acme1' },
    },
  ];
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: scopes },
      { id: 'cert_acme1', expires: 300 },
    ],
    clients,
  );
  const plan = await set.plan('one');
  for (const scope of scopes) await activate(set.ports, scopeInput('one', plan, scope));
  const audit = {
    async changes(since: number) {
      const entries = wholeAuditLog(set.world.organization, set.time.now);
      // In this log, changes by an admin key in the organization are listed under the default project.
      const told = entries.map((one) => ({ project: { id: 'proj_default' }, ...one }));
      return {
        changes: told.filter(({ effective_at }) => effective_at >= since).flatMap(changeOf),
        wholeSince: since,
      };
    },
  };
  const rings: number[] = [];
  const metrics = {
    emit: (all: readonly Metric[]) =>
      void rings.push(...all.flatMap(({ name, value }) => (name === 'UnknownChanges' ? value : []))),
  };
  const execution = { id: 'one', startedAt: instant(set.time.now) };
  await release({ ...set.portsWith({ metrics }), audit }, { execution, plan });
  const audited = Object(set.entries().find(({ event }) => event === 'audited')?.detail);
  return { rings, audited };
}

it('F19: our own change of the organization rings no alarm where the log puts it under the default project', async () => {
  const { rings, audited } = await ended(['proj_a', 'organization']);
  expect({ rings, unknown: audited.unknown }).toEqual({ rings: [0], unknown: [] });
});

it('F19: our own change of the organization is not told as somebody else’s, nor the log as switched off, where it stands under the default project', async () => {
  const { audited } = await ended(['organization']);
  expect(audited).toMatchObject({ found: 1, others: [] });
  expect(audited.absent).toBeUndefined();
});

import { expect, it } from 'vitest';
import { rotationOf } from '../../../bin/journal/rotations.ts';
import { isWanted } from '../../../bin/journal/wanted.ts';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { journalEntrySchema } from '../../../lambdas/domain/memory/journal.ts';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { plan as planStep } from '../../../lambdas/plan.ts';
import { release } from '../../../lambdas/release.ts';
import { DAY, NOW, type Scene, scene, scopeInput } from '../../steps/scene.ts';

/** Returns every rotation on record, as `windlass history` reads them. */
function rotations({ world }: Scene) {
  const items = [...(world.table.get('rotation')?.entries() ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = items.map(([, entry]) => journalEntrySchema.parse(entry));
  const groups = Map.groupBy(entries, ({ execution, startedAt }) => `${startedAt}#${execution}`);
  return [...groups.values()].map(rotationOf);
}
const shown = (set: Scene) => rotations(set).filter((one) => isWanted(one, { limit: 10 }));
const theft = (set: Scene) =>
  void set.world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'windlass');

async function activated() {
  const set = await scene();
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  return { set, plan, input };
}

it('F19, I13: history says what the alarm rang for, however much others did beside it', async () => {
  const { set, plan, input } = await activated();
  theft(set);
  const audit = {
    async changes(since: number) {
      const { changes } = await set.ports.audit.changes(since);
      const others = Array.from({ length: 4_000 }, (_, n) => ({
        ...{ id: `audit_log-${n}`, at: NOW, type: 'certificate.created', scope: 'organization' },
        ...{ anchors: [`cert_${n}`], actor: `key_pipeline_${n % 7}`, isKey: true },
      }));
      return { changes: [...changes, ...others], wholeSince: since };
    },
  };
  const emitted: Metric[] = [];
  const metrics = { emit: (all: readonly Metric[]) => void emitted.push(...all) };
  await release({ ...set.portsWith({ metrics }), audit }, { execution: input.execution, plan });
  expect(emitted.find(({ name }) => name === 'UnknownChanges')?.value).toBe(1);
  const [one] = shown(set);
  expect(one?.audit?.unknown).toMatchObject([{ what: 'certificates.activated cert_acme0 in proj_b' }]);
});

it('F19, I13: history says what the alarm rang for, where Release is made a second time since its answer was lost', async () => {
  const { set, plan, input } = await activated();
  theft(set);
  await release(set.ports, { execution: input.execution, plan });
  set.time.now += 5;
  await release(set.ports, { execution: input.execution, plan });
  const [one] = shown(set);
  expect(one?.audit?.unknown).toMatchObject([{ what: 'certificates.activated cert_acme0 in proj_b' }]);
});

it('F19: what came late into the log is told with what it meant for the run that it concerned', async () => {
  const { set, plan, input } = await activated();
  Object.assign(set.world.auditLog, { late: 3_600 });
  set.time.now += 60;
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'person');
  set.time.now += 60;
  await release(set.ports, { execution: input.execution, plan });
  await set.ports.leases.release('one');
  set.time.now = NOW + DAY;
  const execution = { id: 'sweep', startedAt: instant(set.time.now) };
  const idle = { ...plan, decision: 'idle' as const, successions: [], waves: [] };
  await release(set.ports, { execution, plan: idle });
  const told = rotations(set).flatMap(({ audit }) => audit?.others ?? []);
  expect(told).toHaveLength(1);
  expect(told[0]?.meant).toMatch(/^cert_acme1 was of one, and was changed while it went on/);
});

it('F19: history names with the rotation what another did to its successor while it soaked', async () => {
  const { set, plan, input } = await activated();
  const on = set.portsWith({ running: (execution) => execution === 'one' });
  set.time.now = NOW + 2 * DAY;
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'person');
  set.world.organization.toggle('proj_a', 'activate', ['cert_acme1'], 'person');
  set.time.now += 60;
  const sweep = await planStep(on, {
    request: { mode: 'scheduled', startedBy: 'the daily sweep' },
    execution: { id: 'sweep', startedAt: instant(set.time.now) },
    configuration: { policy: policySchema.parse({}) },
  });
  expect(sweep.decision).toBe('busy');
  await release(on, { execution: { id: 'sweep', startedAt: instant(set.time.now) }, plan: sweep });
  set.time.now = NOW + 7 * DAY;
  await deactivate(set.ports, input);
  await release(on, { execution: input.execution, plan });
  const named = shown(set).flatMap(({ audit }) => audit?.others ?? []);
  expect(named.map(({ what }) => what)).toContain('certificates.deactivated cert_acme1 in proj_a');
});

it('a sweep that tells only what concerned no rotation stays a quiet one', async () => {
  const set = await scene();
  const { journal } = set.ports;
  const on = { execution: { id: 'sweep', startedAt: instant(NOW) } };
  const others = [{ id: 'x', who: 'user_ann', what: 'certificate.created cert_x', when: instant(NOW) }];
  const meaning = { request: { mode: 'scheduled' }, holder: 'one', mode: 'scheduled' };
  await journal.record(entryOf(on, NOW, 'busy', meaning));
  const meant = 'nothing that this run was about';
  const detail = { found: 0, others: others.map((one) => ({ ...one, meant })) };
  await journal.record(entryOf(on, NOW + 5, 'audited', detail));
  expect(rotations(set)).toHaveLength(1);
  expect(shown(set)).toEqual([]);
});

it('F19: a change that the API has refused is in no log, and does not say that the log is off', async () => {
  const { set, plan, input } = await activated();
  const { journal, leases } = set.ports;
  for (const days of [0, 5]) {
    set.time.now = NOW + days * DAY;
    await release(set.ports, { execution: input.execution, plan });
  }
  await leases.release('one');
  set.time.now = NOW + 6 * DAY;
  const execution = { id: 'two', startedAt: instant(set.time.now) };
  // Activate writes this down before its call. The API answers 400, and nothing changes.
  const intent = { activating: ['cert_acme1'], before: [] };
  await journal.record(entryOf({ execution }, set.time.now, 'activating', intent, 'proj_b'));
  set.world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'person');
  await release(set.ports, { execution, plan });
  const two = rotations(set).find((one) => one.execution === 'two');
  expect(two?.audit?.others).toHaveLength(1);
  expect(two?.audit?.absent).toBeNull();
});

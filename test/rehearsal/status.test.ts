import { expect, it } from 'vitest';
import { runExecution } from '../../rehearsal/execution/run-execution.ts';
import { runRehearsal } from '../../rehearsal/run-rehearsal.ts';
import type { SimulatedServices } from '../../rehearsal/simulated-services.ts';
import { windlass } from '../bin/run.ts';
import { entry, fileOf } from '../simulation/inventory/inventories.ts';

const now = Math.floor(Date.now() / 1000);
const projects = ['proj_a', 'proj_b'];
const inventory = fileOf(
  [entry('old', 'acme@1', { until: 20, now }), entry('new', 'acme@2', { until: 400, now })],
  Object.fromEntries(projects.map((id) => [id, ['old']])),
);

const endpointsOf = ({ awsEndpoint, tables }: SimulatedServices) => ({
  ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
  ...{ AWS_ENDPOINT_URL_SFN: awsEndpoint, AWS_ENDPOINT_URL_SCHEDULER: awsEndpoint },
  AWS_ENDPOINT_URL_DYNAMODB: tables.url,
});

it('status tells of a real rotation where it is: in its soak, and when it is over', async () => {
  const told: Record<string, { code: number | null; status: Record<string, unknown> }> = {};
  await runRehearsal({ inventory, now }, async (environment, kit) => {
    const [table = ''] = environment.tables;
    const look = async () => {
      const args = ['status', 'rehearsal', '--table', table, '--json'];
      const { code, stdout, stderr } = await windlass(args, endpointsOf(environment.services));
      expect(stderr).toBe('');
      return { code, status: JSON.parse(stdout) };
    };
    const soak = async (until: number) => {
      told.soak = await look();
      kit.clock.advanceTo(until);
    };
    const run = await runExecution(environment, { ...kit, execution: 'drill', request: {}, soak });
    told.after = await look();
    return [run];
  });
  const { soak, after } = told;
  expect(soak?.status).toMatchObject({
    // It is red because nothing starts the sweep of a rehearsal.
    verdict: 'red',
    running: {
      ...{ mode: 'scheduled', phase: 'soak', state: 'Soak', half: 'overlap', wave: null },
      scopes: projects.map((scope) => ({
        scope,
        wave: 'projects',
        state: 'done',
        last: 'verified',
        error: null,
      })),
      waits: { until: expect.any(String), next: 'verify again, deactivate, confirm: 2 scopes' },
    },
    lease: { mode: 'scheduled', released: false },
  });
  expect(after?.status).toMatchObject({
    ...{ running: null, lease: null },
    last: { outcome: 'rotated', error: null, mode: 'scheduled' },
  });
});

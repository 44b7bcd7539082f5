import { expect, it } from 'vitest';
import { emergencyPreview } from '../../../bin/preview/emergency-preview.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { runAtScale } from '../../../storm/scale/run-at-scale.ts';
import { synthesizedMachine } from '../../../storm/synthesized-machine.ts';

const latencies = { api: 100, probe: 150, aws: 10, warm: 15, cold: 800, transition: 20, mapRun: 2_000 };
const request = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
const anchor = { anchorId: 'cert_acme0', name: 'acme@0', expiresAt: 2_000_000_000, active: true };

/**
 * Returns the estimate for an emergency that cuts one anchor everywhere. Each call takes as long as in the
 * run at scale.
 */
function foreseen(projects: number) {
  const ids = Array.from({ length: projects }, (_, i) => `proj_${i}`);
  const scopes = [ORGANIZATION, ...ids].map((scope) => ({ scope, successions: [pair], checks: [] }));
  const inventory = {
    organization: [anchor],
    projects: ids.map((projectId) => ({ projectId, name: null, anchors: [anchor] })),
  };
  return emergencyPreview(
    { waves: [{ name: 'everywhere', scopes }], promotions: [], blocked: [] },
    request,
    // The calls: one for the projects, one for each scope, and two for the contents of two anchors.
    {
      facts: { inventory },
      leaves: 'read',
      // The few projects that may prove the organization.
      listedFirst: ids.slice(0, Math.ceil(projects / 100)),
      called: { calls: 1 + scopes.length + 2, secondsEach: latencies.api / 1_000 },
    },
  );
}

it.each([5, 60, 250])(
  'an emergency in %i projects takes the calls that are foreseen, and about as long',
  async (projects) => {
    const machine = await synthesizedMachine();
    const { error, calls, makespan } = await runAtScale(machine, { projects, latencies, request });
    expect(error).toBeNull();
    const { list = 0, retrieve = 0, activate = 0, deactivate = 0, audit = 0, projects: pages = 0 } = calls;
    const { apiCalls, seconds } = foreseen(projects);
    expect(apiCalls).toBe(list + retrieve + activate + deactivate + audit + pages);
    expect(Math.abs(seconds - makespan / 1_000) / (makespan / 1_000)).toBeLessThan(0.1);
  },
);

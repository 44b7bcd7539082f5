import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { lastMetrics } from '../last-metrics.ts';
import { DAY } from '../scene.ts';
import { fire, twoAuthorities } from '../two-authorities.ts';

const emergency = fire('cert_globex0');
const cause = (scope: string, error: string) =>
  JSON.stringify([{ scope, error, cause: 'billing was refused' }]);
const halt = { Error: 'SuccessorRefused', Cause: cause('proj_a', 'SuccessorRefused') };
const silent = { Error: 'ProbeInconclusive', Cause: cause('proj_b', 'ProbeInconclusive') };

it('I13: the run that follows an emergency, cuts what that one left and nothing else, gives no all-clear for scopes that have halted in a rotation of something else', async () => {
  const set = await twoAuthorities({ acmeExpires: 20 });
  const { seen, metrics } = lastMetrics();
  const ports = set.portsWith({ metrics });
  const about = (id: string) => ({ id, startedAt: instant(set.time.now) });
  await release(ports, {
    execution: about('acme'),
    plan: await set.plan('acme', { mode: 'scheduled' }, {}, ports),
    halt,
  });
  set.running.delete('acme');
  expect(seen.HaltedScopes).toBe(1);
  set.time.now += DAY / 2;
  set.world.schedules.clear();
  const fire = await set.plan('fire', emergency, {}, ports);
  await release(ports, { execution: about('fire'), request: emergency, plan: fire, halt: silent });
  set.running.delete('fire');
  const [name = ''] = Object.keys(set.world.schedules.times());
  const request = requestSchema.parse(set.world.schedules.requestOf(name));
  set.time.now += 300;
  const plan = await set.plan('next', request, {}, ports);
  expect(plan.successions.map(({ retiring }) => retiring)).toEqual(['cert_globex0']);
  await release(ports, { execution: about('next'), request, plan });
  // Nobody has looked whether billing gets in.
  expect(seen.HaltedScopes).toBeGreaterThan(0);
});

import { expect, it } from 'vitest';
import { toldIn } from '../../../lambdas/domain/manifest.ts';
import { askedBy } from '../../../lambdas/domain/memory/allowed.ts';
import type { Blocked } from '../../../lambdas/domain/plan-document/blocked.ts';
import { asCarried, requestSchema } from '../../../lambdas/domain/request.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { rotating, rotation, run, waveOf } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { definition } = resolveDefinition(synthesized().templateOf('acme'));

const leaveBehind = Array.from(
  { length: 5_000 },
  (_, i) => `batch-worker-eu-${String(i).padStart(6, '0')}-prod`,
);
const request = { mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked', leaveBehind };
const proj = { scope: 'proj_a', successions: [], checks: [] };

/**
 * As much of the blocked cuts and warnings as a plan carries, for an organization with ten thousand clients.
 */
const told = toldIn({
  blocked: Array.from(
    { length: 10_000 },
    (_, i): Blocked => ({
      anchor: 'cert_old',
      scopes: [`proj_${String(i).padStart(24, '0')}`],
      client: leaveBehind[i % leaveBehind.length] ?? '',
      reason: 'its secret cannot be read: stage a leaf of the successor, or repair the secret',
    }),
  ),
  warnings: Array.from(
    { length: 1_000 },
    (_, i) => `the hold cert_${i} protects nothing: no such anchor is in the organization`,
  ),
});

it('I16, I18: an emergency that names five thousand clients gets past Plan: Step Functions takes its input, and carries it on', async () => {
  expect(requestSchema.safeParse(request).success).toBe(true);
  // Step Functions starts an execution with up to 262,144 bytes.
  expect(JSON.stringify(request).length).toBeLessThan(180_000);
  expect(askedBy({ leaveBehind })).toHaveLength(1);
  const plan = {
    ...rotation,
    ...told,
    mode: 'emergency',
    atOnce: true,
    waves: [waveOf('everywhere', [proj])],
  };
  const { error, entered } = await run(definition, rotating({ Plan: () => plan }), request);
  // Otherwise it would die under a name that nothing catches, with the lease and without Release, and so
  // would each retry of the request.
  expect({ error, last: entered.at(-1) }).toMatchObject({ error: null });
});

it('I16, I18: so does one whose reason is a log that somebody has pasted', async () => {
  const asked = requestSchema.parse({
    ...{ mode: 'emergency', anchors: ['cert_old'] },
    reason: 'its key leaked: '.padEnd(150_000, 'GET /v1/models 200 '),
  });
  const waves = [waveOf('everywhere', [proj])];
  const plan = { ...rotation, ...told, mode: 'emergency', atOnce: true, request: asCarried(asked), waves };
  const { error } = await run(definition, rotating({ Plan: () => plan }), asked);
  expect(error).toBeNull();
});

it('I13: whose Plan fails tells Release what it was asked, however much that is', async () => {
  const Plan = () => {
    throw Object.assign(new Error('the table did not answer'), { name: 'JournalUnavailable' });
  };
  const { error, inputOf } = await run(definition, rotating({ Plan }), request);
  expect({ error, asked: inputOf('Release without a plan')?.request }).toEqual({
    error: 'JournalUnavailable',
    asked: request,
  });
});

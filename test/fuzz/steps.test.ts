import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Step } from '../../lib/steps.ts';
import { anyJson, damaged, outcomeOf } from './damaged.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});

const at = '2031-05-01T12:00:00.000Z';
const execution = { id: 'arn:fuzz', startedAt: at };
const scopePlan = {
  scope: 'proj_a',
  successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
  checks: [
    { client: 'a', project: 'proj_a', secret: 's', successor: 'cert_new', leaf: 'ab', retiringLeaf: 'cd' },
  ],
};
const whole = {
  decision: 'rotate',
  lease: { token: 1 },
  mode: 'scheduled',
  plannedAt: at,
  evidence: 'probe',
  soakSeconds: 60,
  safetyMarginSeconds: 60,
  successions: [{ retiring: 'cert_old', successor: 'cert_new', authority: 'acme', retiringExpiresAt: at }],
  blocked: [{ anchor: 'cert_x', reason: 'y' }],
  anyBlocked: true,
  waves: [{ name: 'projects', scopes: [scopePlan] }],
  promotions: [{ client: 'a', secret: 's', leaf: 'ab' }],
  nextRotationAt: null,
  summary: 'one',
};
const scoped = { execution, evidence: 'probe', plan: scopePlan, lease: { token: 1 } };
const request = { mode: 'emergency', anchors: ['cert_1'], reason: 'leaked' };
const configuration = { clients: [{ name: 'a', project: 'proj_a', secret: 's' }], policy: {} };
const proof = { scope: 'proj_a', provenAt: at, evidence: 'probe', probes: 1 };

const list = { bucket: 'b', key: 'k', version: 'v', digest: 'd' };
const wave = { name: 'projects', count: 1, list };
const verdict = { scope: 'proj_a', verdict: 'halted', error: 'ApiRefused', cause: 'it was' };

const events: Record<Step, object> = {
  plan: { execution, request, configuration },
  'open-wave': { wave },
  'begin-scope': { execution, plan: scopePlan, phase: 'cut', mode: 'manual', child: 'arn:child' },
  'conclude-scope': { execution, phase: 'cut', verdict },
  activate: scoped,
  verify: { ...scoped, moment: 'beforeCut' },
  promote: { execution, plan: whole, verification: [[proof]] },
  deactivate: scoped,
  confirm: scoped,
  'promote-scope': scoped,
  judge: {
    wave: { scopes: [{ scope: 'proj_1' }] },
    verdicts: [{ scope: 'proj_1', verdict: 'halted', error: 'ApiRefused', cause: 'it was' }],
  },
  undo: { ...scoped, halt: { Error: 'SuccessorRefused', Cause: 'x' } },
  restore: { execution, plan: whole },
  'schedule-next': { execution, plan: whole },
  release: { execution, plan: whole, halt: { Error: 'Busy', Cause: 'x' } },
};

describe('whatever starts a step, it ends with an error of ours before it has done anything', () => {
  test.for(Object.entries(events))('%s', async ([name, event]) => {
    const { handler } = await import(`../../lambdas/${name}.ts`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged(event), anyJson), async (input) => {
        // The functions have no environment here. So even a sound event ends when the step makes its ports.
        const outcome = await outcomeOf(() => handler(input, {}));
        // Judge uses no ports. It counts the verdicts that it can read, and a halt stays a halt.
        if (name === 'judge' && 'value' in outcome) expect(outcome.value).toMatchObject({ anyHalted: true });
        else expect(outcome).toMatchObject({ error: { name: expect.stringMatching(/^Invalid/) } });
      }),
      { numRuns: 100 },
    );
  });
});

test('a failure says which fields are bad within what Step Functions can carry', async () => {
  const { handler } = await import('../../lambdas/plan.ts');
  const long = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${i}-${'x'.repeat(40)}`, i]));
  const outcome = await outcomeOf(() => handler({ ...events.plan, request: long }, {} as never));
  if ('value' in outcome) expect.unreachable();
  else expect(outcome.error.message.length).toBeLessThan(32_000);
});

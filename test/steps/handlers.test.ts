import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as activate } from '../../lambdas/activate.ts';
import { handler as confirm } from '../../lambdas/confirm.ts';
import { handler as deactivate } from '../../lambdas/deactivate.ts';
import { handler as plan } from '../../lambdas/plan.ts';
import { handler as promote } from '../../lambdas/promote.ts';
import { handler as release } from '../../lambdas/release.ts';
import { handler as restore } from '../../lambdas/restore.ts';
import { handler as scheduleNext } from '../../lambdas/schedule-next.ts';
import type { LambdaContext } from '../../lambdas/step.ts';
import { handler as undo } from '../../lambdas/undo.ts';
import { handler as verify } from '../../lambdas/verify.ts';

const context: LambdaContext = {
  awsRequestId: 'request-1',
  functionName: 'windlass-step',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:windlass-step',
  memoryLimitInMB: '256',
};

// Each handler logs its failure. These tests do not read the log.
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => void vi.restoreAllMocks());

const execution = { id: 7, startedAt: null };
const scoped = { execution, evidence: 'hope', plan: { scope: 1, successions: {}, checks: 'none' } };
const inScope = ['execution.id', 'execution.startedAt', 'plan.scope', 'plan.successions', 'plan.checks'];
const planned = { decision: 'maybe', soakSeconds: 0.5, waves: [{ name: 'third', scopes: [] }] };
const inPlan = ['plan.decision', 'plan.soakSeconds', 'plan.waves.0', 'plan.nextRotationAt', 'plan.summary'];

type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;

const malformed: [string, Handler, unknown, string, string[]][] = [
  ['activate', activate, scoped, 'InvalidInput', inScope],
  ['deactivate', deactivate, scoped, 'InvalidInput', inScope],
  ['verify', verify, { ...scoped, moment: 'later' }, 'InvalidInput', [...inScope, 'evidence', 'moment']],
  ['confirm', confirm, scoped, 'InvalidInput', [...inScope, 'evidence']],
  ['undo', undo, { ...scoped, halt: 'it failed' }, 'InvalidInput', [...inScope, 'halt']],
  [
    'promote',
    promote,
    { execution, plan: planned, verification: [[{ scope: 'proj_a' }]] },
    'InvalidInput',
    [...inPlan, 'verification.0'],
  ],
  ['restore', restore, { execution, plan: planned }, 'InvalidInput', inPlan],
  ['schedule-next', scheduleNext, { execution, plan: planned }, 'InvalidInput', inPlan],
  [
    'release',
    release,
    { execution, plan: planned, halt: 7 },
    'InvalidInput',
    ['execution.id', 'halt', ...inPlan],
  ],
  [
    'plan',
    plan,
    { request: { mode: 'emergency', anchors: ['a b'], reason: ' ' }, execution, configuration: {} },
    'InvalidRequest',
    ['request.anchors.0', 'request.reason', 'execution.id', 'configuration.policy'],
  ],
  [
    'plan',
    plan,
    {
      request: {},
      execution,
      configuration: { clients: [{ name: '' }], policy: { soak: 'a week', hold: 'cert_old' } },
    },
    'InvalidInput',
    [
      'execution.id',
      'configuration.clients.0.name',
      'configuration.clients.0.project',
      'configuration.policy.soak',
      'configuration.policy.hold',
    ],
  ],
];

describe('a malformed input', () => {
  it.each(malformed)(
    'of %s is refused before anything is asked, by every bad field',
    async (_, handler, input, name, fields) => {
      const error: Error = (await handler(input, context).catch((thrown) => thrown)) as Error;
      expect(error.name).toBe(name);
      for (const field of fields) expect(error.message).toContain(`${field}: `);
    },
  );
});

describe('a handler', () => {
  it('names what its environment lacks', async () => {
    const input = {
      execution: { id: 'one', startedAt: '2026-11-23T00:00:00Z' },
      plan: { scope: 'proj_a', successions: [], checks: [] },
    };
    await expect(activate(input, context)).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  });
});

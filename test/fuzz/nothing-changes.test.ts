import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { plan } from '../../lambdas/plan.ts';
import { inProcessManifests, inProcessSurveys } from '../../simulation/in-process/manifests.ts';
import { directWire } from '../../simulation/in-process/wire.ts';
import { createObjectStore } from '../../simulation/world/object-store.ts';
import { outcomeOf } from './damaged.ts';
import { listing, NOW, pem, smallOrganization } from './small-organization.ts';
import { badAnswers, type Wire } from './wire.ts';

const execution = { id: 'arn:fuzz', startedAt: new Date(NOW * 1000).toISOString() };
const scopePlan = {
  scope: 'proj_a',
  successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
  checks: [],
};
describe('after a bad listing nothing has changed, and after a good one only what was planned', () => {
  test.for([
    ['activate', activate, false],
    ['deactivate', deactivate, true],
  ] as const)('%s', async ([, step, overlap]) => {
    const { ports, changes, set, answer } = await smallOrganization();
    const manifests = inProcessManifests(createObjectStore(), directWire);
    const taken = await ports.leases.take({ execution: execution.id, mode: 'manual' });
    const lease = { token: taken.held ? taken.token : 0 };
    await fc.assert(
      fc.asyncProperty(badAnswers(listing(overlap)), async (wire) => {
        set(overlap);
        const before = changes().length;
        answer('list', wire);
        const outcome = await outcomeOf<unknown>(() =>
          step({ ...ports, manifests }, { execution, plan: scopePlan, lease }),
        );
        const made = changes().slice(before);
        if ('error' in outcome) expect(made).toEqual([]);
        for (const change of made)
          expect([change.scope, change.anchorId, change.active]).toEqual(
            overlap ? ['proj_a', 'cert_old', false] : ['proj_a', 'cert_new', true],
          );
      }),
      { numRuns: 60 },
    );
  });
});

const NOBODY = { configured: 'nobody', evidence: 'listing' as const, clients: [], mustRefuse: [] };
const projects = { object: 'list', data: [{ id: 'proj_a', name: null }], has_more: false };
const retrieved = { id: 'cert_old', certificate_details: { content: pem } };
/**
 * The text of an answer. An id with one letter changed is still an id, so a plan may have it where the answer
 * has it.
 */
const textOf = (wire: Wire): string => String('raw' in wire ? wire.raw : wire.body);
const answers = fc.oneof(
  fc.record({ op: fc.constant('list' as const), wire: badAnswers(listing(false)) }),
  fc.record({ op: fc.constant('projects' as const), wire: badAnswers(projects) }),
  fc.record({ op: fc.constant('retrieve' as const), wire: badAnswers(retrieved) }),
);

test('whatever the API answers, Plan changes no trust and ends with a plan or an error of ours', async () => {
  const { ports, changes, answer } = await smallOrganization();
  const policy = policySchema.parse({ evidence: 'listing' });
  const clients = { deployed: async () => NOBODY };
  const manifests = inProcessManifests(createObjectStore(), directWire);
  const surveys = inProcessSurveys(createObjectStore(), directWire);
  const nextRotation = { set: async () => {}, clear: async () => {} };
  await fc.assert(
    fc.asyncProperty(answers, async ({ op, wire }) => {
      answer(op, wire);
      const input = {
        request: { mode: 'scheduled' as const },
        execution,
        configuration: { policy },
      };
      const audit = { changes: async (wholeSince: number) => ({ changes: [], wholeSince }) };
      const outcome = await outcomeOf(() =>
        plan(
          { ...ports, audit, hasty: ports.certificates, clients, manifests, surveys, nextRotation },
          input,
        ),
      );
      if ('value' in outcome)
        for (const { retiring, successor } of outcome.value.successions)
          for (const id of [retiring, successor])
            if (!['cert_old', 'cert_new'].includes(id)) expect(textOf(wire)).toContain(JSON.stringify(id));
      expect(changes()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

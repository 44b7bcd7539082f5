import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonText } from '../../bin/terminal/json-text.ts';
import cdk from '../../cdk.json' with { type: 'json' };
import { checkNames } from '../../lambdas/domain/planning/names.ts';
import { plan } from '../../lambdas/domain/planning/plan.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { requestSchema } from '../../lambdas/domain/request.ts';
import { parseConfiguration } from '../../lib/config.ts';
import { parseFaults } from '../../simulation/faults/fault-file.ts';
import { inventoryOf, parseInventory } from '../../simulation/inventory/inventory.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';
import { anyJson, damaged, damagedText, outcomeOf } from './damaged.ts';

const inventory = fileOf(
  [
    entry('cert_1', 'acme@1', { until: 10 }),
    entry('cert_2', 'acme@2', { until: 400 }),
    entry('cert_3', null, { until: 5 }),
  ],
  { organization: ['cert_1'], proj_a: ['cert_1', 'cert_3'], proj_b: [] },
);
const policy = {
  leadTime: 'P30D',
  soak: 'P7D',
  safetyMargin: 'P2D',
  evidence: 'listing',
  concurrency: 10,
  hold: ['cert_3'],
  canary: ['proj_a'],
  successions: { cert_1: 'cert_2' },
};
const emergency = { mode: 'emergency', anchors: ['cert_1'], reason: 'leaked', startedBy: 'ada' };

const durations = fc
  .tuple(
    fc.constantFrom('P', 'PT', ''),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.constantFrom('W', 'D', 'H', 'M', 'S', 'Y', ''),
  )
  .map(([p, n, unit]) => `${p}${n}${unit}`);
const policies = fc.oneof(
  damaged(policy),
  fc
    .tuple(fc.constantFrom('leadTime', 'soak', 'safetyMargin'), durations)
    .map(([key, duration]) => ({ ...policy, [key]: duration })),
  anyJson,
);
const requests = fc.oneof(
  damaged(emergency),
  damaged({ mode: 'manual', reason: 'drill' }),
  anyJson,
  fc.constant({}),
);
const inventories = fc.oneof(
  damaged(inventory),
  // Times from the beginning of the epoch to the last year, and past it.
  fc
    .tuple(fc.integer({ min: 0, max: 253_402_300_799 }), fc.maxSafeNat())
    .map(([from, until]) => ({ ...inventory, organization: { data: [timed(from, until)] } })),
);
const timed = (valid_at: number, expires_at: number) => ({
  ...entry('cert_4', 'acme@4', { until: 1 }),
  certificate_details: { valid_at, expires_at },
  active: true,
});

test('any text is the value that it has for everybody, or a flaw that has its place', () => {
  const texts = fc.oneof(damagedText(JSON.stringify(inventory)), fc.json(), fc.string());
  fc.assert(
    fc.property(texts, (text) => {
      const read = readJsonText(text);
      if ('value' in read) expect(read.value).toEqual(JSON.parse(text));
      else if (read.flaw.kind !== 'empty') expect(read.flaw.place).toMatch(/^line \d+ column \d+$/);
    }),
    { numRuns: 1_000 },
  );
});

test('any inventory is one or a named error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(inventories, anyJson), async (file) => {
      const outcome = await outcomeOf(() => parseInventory(file, 'inventory.json'));
      if ('error' in outcome) expect(['InvalidInput', 'AnchorWithoutExpiry']).toContain(outcome.error.name);
    }),
    { numRuns: 1_000 },
  );
});

const faults = [
  { op: 'list', scope: 'proj_a', nth: 2, times: 'always', fault: '429' },
  { step: 'verify', nth: 1, times: 3, fault: 'crash-after' },
  { propagation: 'PT30S', of: 'listing' },
  { clock: '-PT5M', step: 'activate' },
  { at: 'confirm', outsider: 'deactivate', scope: 'proj_a', anchor: 'cert_1' },
];

test('any list of faults is one or InvalidInput that says where', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged(faults), anyJson), async (listed) => {
      const outcome = await outcomeOf(() => parseFaults(listed, inventoryOf(inventory), 'faults.json'));
      if ('error' in outcome) expect(outcome.error.message).toMatch(/^faults\.json is not right: (it|\d+)/);
    }),
    { numRuns: 600 },
  );
});

test('any configuration is one or InvalidConfiguration that says where', async () => {
  const whole = cdk.context.windlass;
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged(whole), anyJson), async (context) => {
      const outcome = await outcomeOf(() => parseConfiguration(context));
      if (!('error' in outcome)) return;
      expect(outcome.error.name).toBe('InvalidConfiguration');
      for (const line of outcome.error.message.split('\n')) expect(line).toMatch(/^windlass(\.|:)/);
    }),
    { numRuns: 600 },
  );
});

test('whatever of inventory, policy and request is taken can be planned, or is refused by name', async () => {
  await fc.assert(
    fc.asyncProperty(inventories, policies, requests, async (fileGiven, policyGiven, requestGiven) => {
      const file = await outcomeOf(() => parseInventory(fileGiven, 'inventory.json'));
      const parsed = {
        policy: policySchema.safeParse(policyGiven),
        request: requestSchema.safeParse(requestGiven),
      };
      const facts = {
        inventory: inventoryOf('value' in file ? file.value : inventory),
        policy: parsed.policy.data ?? policySchema.parse(policy),
        request: parsed.request.data ?? ({ mode: 'scheduled' } as const),
        now: NOW,
        clients: [],
      };
      const named = await outcomeOf(() => checkNames(facts));
      const planned = await outcomeOf(() => plan(facts));
      if ('value' in planned && 'value' in named)
        for (const { retiring } of planned.value.successions)
          expect(facts.policy.hold).not.toContain(retiring);
    }),
    { numRuns: 1_000 },
  );
});

test('a duration that no rotation could live through is refused', () => {
  for (const duration of ['P1000W', `P${'9'.repeat(30)}D`, `PT${Number.MAX_SAFE_INTEGER}S`])
    expect(policySchema.safeParse({ leadTime: duration }).success).toBe(false);
  expect(policySchema.safeParse({ leadTime: 'P3650D' }).success).toBe(true);
  expect(policySchema.safeParse({ leadTime: 'P3650D', soak: 'P351D' }).error?.message).toContain(
    'after a year',
  );
});

import { describe, expect, test } from 'vitest';
import { policySchema } from '../../../../lambdas/domain/policy.ts';
import { judgeEvidence } from '../../../../simulation/judges/promises/evidence.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { Scenario, ScenarioAnchor } from '../../../../simulation/organizations/scenario.ts';

const AT = 1_800_000_000_000;
const HOST = 'https://mtls.api.openai.com/v1';
const anchor = (line: string, generation: number, activeIn: string[]): ScenarioAnchor => ({
  ...{ id: `cert_${line}${generation}`, name: `${line}@${generation}`, line, generation, activeIn },
  ...{ renewed: false, validAt: 0, expiresAt: AT },
});
const scenario: Scenario = {
  ...{ seed: 1, start: AT / 1000, calm: AT / 1000, end: AT / 1000, hosts: [HOST], projects: ['proj_a'] },
  anchors: [anchor('acme', 0, ['proj_a']), anchor('acme', 1, []), anchor('globex', 0, ['organization'])],
  clients: [
    { name: 'api', project: 'proj_a', running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
  ],
  policy: policySchema.parse({}),
  events: [],
  faultRates: {
    ...{ fault: 0, slow: 0, crash: 0, kill: 0, unreachable: 0, outsider: 0, meanwhile: 0, ambush: 0 },
    ...{ pace: 1, skew: 0, propagation: { hosts: 0, listings: 0 } },
  },
};
const share = {
  scope: 'proj_a',
  successions: [{ retiring: 'cert_acme0', successor: 'cert_acme1' }],
  checks: [{ client: 'api', project: 'proj_a', secret: 'api', successor: 'cert_acme1', leaf: 'f' }],
};
const plan = { waves: [{ name: 'projects', scopes: [share] }] };
const by = { execution: 'one', invocation: 2 };

/**
 * Returns the findings for a scope that Verify calls proven, where a host let the client in by the anchor of
 * `judged`.
 */
function foundWhere(judged: { by?: string }, outsiders: readonly string[] = [], leaf = 'cert_acme1') {
  const replay = createReplay();
  const put = (scope: string, anchorIds: string[], doer: 'setup' | 'outsider' | typeof by): LoggedEvent => ({
    ...{ at: AT, what: 'trust', by: doer, scope, active: true, anchorIds },
  });
  const call = {
    op: 'probe',
    scope: 'proj_a',
    about: `${HOST} api ${leaf}`,
    changes: false,
    judged,
  } as const;
  const log: LoggedEvent[] = [
    put('proj_a', ['cert_acme0'], 'setup'),
    put('organization', outsiders.length > 0 ? [] : ['cert_globex0'], 'setup'),
    ...(['AWSCURRENT', 'AWSPENDING'] as const).map((stage, i): LoggedEvent => {
      return { at: AT, what: 'leaf', by: 'setup', client: 'api', stage, from: null, to: `cert_acme${i}#1` };
    }),
    { at: AT, what: 'invoked', execution: 'one', invocation: 1, state: 'Plan', step: 'plan', input: {} },
    {
      at: AT,
      what: 'returned',
      execution: 'one',
      invocation: 1,
      result: { decision: 'rotate' },
      heard: true,
    },
    put('proj_a', ['cert_acme1'], by),
    put('organization', [...outsiders], 'outsider'),
    { at: AT, what: 'invoked', ...by, state: 'Verify', step: 'verify', input: { plan: share } },
    { at: AT, what: 'answered', ...by, call, verdict: 'accepted' },
  ];
  for (const event of log) replay.apply(event);
  const detail = { evidence: 'probe', moment: 'overlap' };
  const entry = { at: '', execution: 'one', event: 'verified', scope: 'proj_a', detail } as const;
  return judgeEvidence(
    { at: AT, what: 'recorded', by, entry: { ...entry, token: 1 } as never },
    new Map([['one', plan]]),
    {
      ...{ replay, scenario, rules: createRules(scenario) },
    },
  ).map(({ kind, what }) => `${kind}: ${what}`);
}

describe('a scope that is called proven', () => {
  test('was proven where a host let the client in by the successor', () => {
    expect(foundWhere({ by: 'cert_acme1' })).toEqual([]);
  });

  test('was not where a host let it in by another anchor, whatever its leaf leads to (F7, I8)', () => {
    expect(foundWhere({ by: 'cert_globex0' })).toEqual([
      'unproven: one says that cert_acme1 is proven in proj_a, and no host let anybody in by it',
    ]);
  });

  test('is not spoken against by the old leaf, which gets in by the old anchor', () => {
    expect(foundWhere({ by: 'cert_globex0' }, [], 'cert_acme0')).toEqual([]);
  });

  test('may have been let in by what somebody made active after the plan', () => {
    expect(foundWhere({ by: 'cert_globex0' }, ['cert_globex0'])).toEqual([]);
  });
});

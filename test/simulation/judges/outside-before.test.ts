import { expect, it } from 'vitest';
import { createOutsideBefore } from '../../../simulation/judges/outside-before.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { InvocationRecord } from '../../../simulation/log/invocation-record.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { NOBODY } from '../../../simulation/organizations/filtered-twins.ts';
import type { ScenarioAnchor } from '../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const AT = NOW * 1000;
const HOST = 'https://mtls.api.openai.com/v1';
const anchor = (generation: number, filter?: string): ScenarioAnchor => ({
  ...{ id: `cert_acme${generation}`, name: `acme@${generation}`, line: 'acme', generation, activeIn: [] },
  ...{ renewed: generation > 0, validAt: 0, expiresAt: NOW + 1, ...(filter && { filter }) },
});
const check = {
  ...{ client: 'api', project: 'proj_a', secret: 'api', leaf: 'f' },
  ...{ successor: 'cert_acme1', inUse: true },
};
const plan = {
  scope: 'organization',
  successions: [{ retiring: 'cert_acme0', successor: 'cert_acme1' }],
  checks: [check],
};

/** Whether a client that a host refuses may be passed over, where its project has these anchors active. */
function isPassed(active: string[], old?: string) {
  const clients = [{ name: 'api', project: 'proj_a', running: { anchor: 'cert_acme0' }, staged: null }];
  const scenario = calmScenario({ hosts: [HOST], clients, anchors: [anchor(0, old), anchor(1, NOBODY)] });
  const replay = createReplay();
  const by = 'setup' as const;
  replay.apply({ at: AT, what: 'trust', by, scope: 'proj_a', active: true, anchorIds: active });
  const stage = 'AWSCURRENT' as const;
  replay.apply({ at: AT, what: 'leaf', by, client: 'api', stage, from: null, to: 'cert_acme0#1' });
  const outside = createOutsideBefore({ replay, scenario, rules: createRules(scenario) });
  const probe = {
    ...{ at: AT, project: 'proj_a', host: HOST, leaf: 'api cert_acme0' },
    verdict: 'certificate_attribute_verification_failed',
  };
  const seen = { at: AT, probes: [probe], input: { plan, begin: { outside: ['api'] } } };
  outside.sawBeforehand(seen as never as InvocationRecord, AT);
  return outside.isPassed(seen as never as InvocationRecord, check);
}

it('passes a client over that what is trusted lets in nowhere', () => {
  expect(isPassed(['cert_acme0'], NOBODY)).toBe(true);
});

it('does not where the hosts have not heard yet of what lets the client in (I9)', () => {
  expect(isPassed(['cert_acme0'])).toBe(false);
});

it('does not where the successor itself turns the client away, as it is active in the other scope (I9)', () => {
  expect(isPassed(['cert_acme1', 'cert_acme0'])).toBe(false);
});

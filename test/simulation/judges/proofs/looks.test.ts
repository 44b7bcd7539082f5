import { expect, it } from 'vitest';
import { createLooksWatch } from '../../../../simulation/judges/proofs/looks.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const HOST = 'https://mtls.example';
const [OLD, NEXT, ISSUER] = ['cert_acme0', 'cert_acme1', 'cert_globex0'];
const LEAF = `${ISSUER}~by=${NEXT}`;

/**
 * Returns the findings for a look that passes over a client's refusal. With `isGone`, somebody has
 * deactivated the anchor that issued the client's leaf since the plan.
 */
function saidOf({ isGone }: { isGone: boolean }): string[] {
  const about = { renewed: false, validAt: NOW - 90 * DAY, activeIn: [], generation: 0 };
  const anchorOf = (id: string, line: string, days: number) => ({
    ...{ ...about, id, line, name: `${line}@${id.at(-1)}`, expiresAt: NOW + days * DAY },
  });
  const scenario = calmScenario({
    hosts: [HOST],
    anchors: [anchorOf(OLD, 'acme', 9), anchorOf(NEXT, 'acme', 90), anchorOf(ISSUER, 'globex', 90)],
    clients: [{ name: 'keeping', project: 'proj_a', running: { anchor: ISSUER, by: NEXT }, staged: null }],
  });
  const replay = createReplay({ projects: ['proj_a'] });
  const watch = createLooksWatch({ replay, rules: createRules(scenario), scenario });
  const at = 1000 * NOW;
  const trust = { what: 'trust' as const, scope: 'proj_a' };
  const check = {
    ...{ client: 'keeping', project: 'proj_a', secret: 'keeping', successor: NEXT, leaf: 'x', chain: 'x' },
    issuers: [ISSUER],
  };
  const plan = { scope: 'proj_a', successions: [{ retiring: OLD, successor: NEXT }], checks: [check] };
  const by = { execution: 'one', invocation: 2 };
  const probe = (leaf: string, verdict: string): object => ({
    ...{ at: at + 3, what: 'answered', ...by, verdict },
    call: { op: 'probe', scope: 'proj_a', about: `${HOST} ${leaf}`, changes: false },
  });
  const story = [
    { ...trust, at: at - 9, by: 'setup', active: true, anchorIds: [OLD, NEXT, ISSUER] },
    {
      ...{ at: at - 9, what: 'leaf', by: 'setup', client: 'keeping', stage: 'AWSCURRENT' },
      ...{ from: null, to: `${LEAF}#1` },
    },
    { at, what: 'invoked', execution: 'one', invocation: 1, state: 'Plan', step: 'plan', input: {} },
    {
      at,
      what: 'returned',
      execution: 'one',
      invocation: 1,
      result: { waves: [], blocked: [] },
      heard: true,
    },
    ...(isGone ? [{ ...trust, at: at + 1, by: 'outsider', active: false, anchorIds: [ISSUER] }] : []),
    {
      ...{ at: at + 2, what: 'invoked', ...by, state: 'Verify', step: 'verify' },
      input: { plan, moment: 'overlap', evidence: 'probe' },
    },
    probe('control', 'certificate_required'),
    probe(`keeping ${LEAF}`, isGone ? 'certificate_attribute_verification_failed' : 'inconclusive'),
    { at: at + 4, what: 'returned', ...by, result: { evidence: 'probe' }, heard: true },
  ] as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it('I8: a look that nobody got in at proves nothing', () => {
  expect(saidOf({ isGone: false }).join()).toContain('nobody saw keeping let in');
});

it('F7, I17: a refusal by what decides since somebody deactivated the issuer of a kept leaf is that one’s affair', () => {
  expect(saidOf({ isGone: true })).toEqual([]);
});

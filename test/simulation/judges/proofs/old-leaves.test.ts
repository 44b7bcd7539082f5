import { expect, it } from 'vitest';
import type { Scope } from '../../../../lambdas/domain/anchor.ts';
import { createLooksWatch } from '../../../../simulation/judges/proofs/looks.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const HOST = 'https://mtls.example';
const [OLD, AGAIN, NEXT] = ['cert_acme0', 'cert_acme0_again', 'cert_acme1'];
const at = 1000 * NOW;

/**
 * Returns the findings for a confirmation that has not probed the old leaf. The same certificate stays active
 * in these scopes under another id.
 */
function saidWhereItStays(scopes: readonly Scope[]): string[] {
  const anchorOf = (id: string, generation: number) => ({
    ...{ id, line: 'acme', name: `acme@${generation}`, generation, renewed: false },
    ...{ validAt: NOW - 90 * DAY, expiresAt: NOW + 90 * DAY, activeIn: [] },
  });
  const scenario = calmScenario({
    hosts: [HOST],
    projects: ['proj_a', 'proj_b'],
    anchors: [
      anchorOf(OLD, 0),
      { ...anchorOf(AGAIN, 0), twin: { of: OLD, isSame: true } },
      anchorOf(NEXT, 1),
    ],
    clients: [{ name: 'moved', project: 'proj_a', running: { anchor: OLD }, staged: { anchor: NEXT } }],
  });
  const replay = createReplay({ projects: ['proj_a', 'proj_b'] });
  const watch = createLooksWatch({ replay, rules: createRules(scenario), scenario });
  const trust = (scope: Scope, anchorIds: readonly string[]) => ({
    ...{ at, what: 'trust', scope, by: 'setup', active: true, anchorIds },
  });
  const check = {
    ...{ client: 'moved', project: 'proj_a', secret: 'moved', successor: NEXT, leaf: 'x', chain: 'x' },
    retiringLeaf: 'y',
  };
  const plan = { scope: 'proj_a', successions: [{ retiring: OLD, successor: NEXT }], checks: [check] };
  const by = { execution: 'one', invocation: 2 };
  const moved = { at, what: 'leaf', client: 'moved', stage: 'AWSCURRENT' };
  const probe = (leaf: string, verdict: string) => ({
    ...{ at, what: 'answered', ...by, verdict },
    call: { op: 'probe', scope: 'proj_a', about: `${HOST} ${leaf}`, changes: false },
  });
  const story = [
    trust('proj_a', [NEXT]),
    ...scopes.map((scope) => trust(scope, [AGAIN])),
    { ...moved, by: 'setup', from: null, to: `${OLD}#1` },
    { at, what: 'invoked', execution: 'one', invocation: 1, state: 'Plan', step: 'plan', input: {} },
    {
      ...{ at, what: 'returned', execution: 'one', invocation: 1, heard: true },
      result: { waves: [], blocked: [] },
    },
    { ...moved, by, from: `${OLD}#1`, to: `${NEXT}#1` },
    {
      ...{ at, what: 'invoked', ...by, state: 'Confirm', step: 'confirm' },
      input: { plan, evidence: 'probe' },
    },
    probe('control', 'certificate_required'),
    probe(`moved ${NEXT}`, 'accepted'),
    { at, what: 'returned', ...by, result: { refused: [] }, heard: true },
  ] as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it.each([
  { where: 'nowhere', scopes: [] },
  { where: 'in another project', scopes: ['proj_b'] },
])('I10: an old leaf has to be turned away where its key is active $where', ({ scopes }) => {
  expect(saidWhereItStays(scopes).join()).toContain(`nobody saw moved ${OLD} turned away`);
});

it.each([
  { where: 'in the client’s project', scopes: ['proj_a'] },
  { where: 'in the organization', scopes: ['organization'] },
])('I5, I10: nobody asks for that where another anchor of its key stays active $where', ({ scopes }) => {
  expect(saidWhereItStays(scopes)).toEqual([]);
});

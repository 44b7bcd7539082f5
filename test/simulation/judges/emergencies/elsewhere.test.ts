import { expect, it } from 'vitest';
import { createElsewhereWatch } from '../../../../simulation/judges/emergencies/elsewhere.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const [OLD, NEXT] = ['cert_acme0', 'cert_acme1'];
const at = 1000 * NOW;

/**
 * Returns the findings for a run that ends well. Its only confirmation leaves the old leaf of a client to
 * another scope. That leaf ends in so many days, or has ended.
 */
function saidOfALeafLeft({ days }: { days: number }): string[] {
  const anchorOf = (id: string, generation: number) => ({
    ...{ id, line: 'acme', name: `acme@${generation}`, generation, renewed: false },
    ...{ validAt: NOW - 90 * DAY, expiresAt: NOW + 90 * DAY, activeIn: [] },
  });
  const until = NOW + days * DAY;
  const scenario = calmScenario({
    anchors: [anchorOf(OLD, 0), anchorOf(NEXT, 1)],
    clients: [{ name: 'api', project: 'proj_a', running: { anchor: OLD, until }, staged: null }],
  });
  const replay = createReplay({ projects: ['proj_a'] });
  const watch = createElsewhereWatch({ replay, rules: createRules(scenario), scenario });
  const check = { client: 'api', project: 'proj_a', successor: NEXT, cutElsewhere: [OLD] };
  const plan = { scope: 'proj_a', successions: [{ retiring: OLD, successor: NEXT }], checks: [check] };
  const by = { execution: 'one', invocation: 2 };
  const story = [
    {
      ...{ at, what: 'leaf', by: 'setup', client: 'api', stage: 'AWSCURRENT' },
      ...{ from: null, to: `${OLD}~until=${until}#1` },
    },
    { at, what: 'invoked', execution: 'one', invocation: 1, state: 'Plan', step: 'plan', input: {} },
    {
      ...{ at, what: 'returned', execution: 'one', invocation: 1, heard: true },
      result: { waves: [], blocked: [] },
    },
    { at, what: 'invoked', ...by, state: 'Confirm', step: 'confirm', input: { plan } },
    {
      ...{ at, what: 'recorded', by },
      entry: { execution: 'one', event: 'confirmed', detail: { judgedElsewhere: ['api'], refused: [] } },
    },
    { at, what: 'returned', ...by, result: {}, heard: true },
    { at, what: 'ended', execution: 'one', error: null, cause: '' },
  ] as unknown as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it('I10: an old leaf that is left to another scope has to be turned away by the end of the run', () => {
  expect(saidOfALeafLeft({ days: 9 }).join()).toContain('nobody saw the old leaf of api turned away');
});

it('F11, I17: of one that had ended before the run no refusal says anything of the cut, and nobody asks for it', () => {
  expect(saidOfALeafLeft({ days: -1 })).toEqual([]);
});

import { expect, it } from 'vitest';
import { createShutOutWatch } from '../../../../simulation/judges/emergencies/shut-out.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const [LEAKED, OTHER] = ['cert_acme0', 'cert_globex0'];
const at = 1000 * NOW;

type Said = {
  /** Whether the API has the certificate of the leaked anchor to give. */
  isRead?: boolean;
  /** What the plan has blocked, and whether it brings clients back. */
  plan?: object;
  /** The run is a sweep. An emergency names the anchor so many milliseconds after the sweep began to look. */
  namedAfter?: number;
};

/** What the judge says of an emergency, while a client runs on the leaked anchor, which is active nowhere. */
function saidOf({ isRead = true, plan = {}, namedAfter }: Said): string[] {
  const anchorOf = (line: string) => ({
    ...{ id: `cert_${line}0`, line, name: `${line}@0`, generation: 0, renewed: false },
    ...{ validAt: NOW - 90 * DAY, expiresAt: NOW + 90 * DAY, activeIn: [] },
  });
  const scenario = calmScenario({
    anchors: [anchorOf('acme'), anchorOf('globex')],
    clients: [{ name: 'api', project: 'proj_a', running: { anchor: LEAKED }, staged: null }],
  });
  const replay = createReplay({ projects: ['proj_a'] });
  for (const id of [LEAKED, OTHER]) replay.state.existing.add(id);
  const watch = createShutOutWatch({ replay, rules: createRules(scenario), scenario });
  const request = { mode: 'emergency', anchors: [LEAKED], reason: 'leaked' };
  const by = { execution: 'one', invocation: 1 };
  const story = [
    { what: 'trust', scope: 'proj_a', by: 'setup', active: true, anchorIds: [OTHER] },
    { what: 'leaf', by: 'setup', client: 'api', stage: 'AWSCURRENT', from: null, to: `${LEAKED}#1` },
    ...(isRead ? [] : [{ what: 'trouble', broken: `unreadable ${LEAKED}`, mended: false }]),
    { what: 'started', execution: 'one', request: namedAfter === undefined ? request : {} },
    ...(namedAfter === undefined ? [{ what: 'compromised', by, anchorId: LEAKED }] : []),
    { what: 'invoked', ...by, state: 'Plan', step: 'plan', input: {} },
    ...(namedAfter === undefined
      ? []
      : [
          {
            at: at + namedAfter,
            what: 'compromised',
            by: { execution: 'two', invocation: 2 },
            anchorId: LEAKED,
          },
        ]),
    {
      ...{ what: 'returned', ...by, heard: true },
      result: {
        decision: 'blocked',
        mode: namedAfter === undefined ? 'emergency' : 'scheduled',
        waves: [],
        blocked: [],
        ...plan,
      },
    },
    { what: 'ended', execution: 'one', error: 'Blocked', cause: '' },
  ].map((event) => ({ at, ...event })) as unknown as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it('I13: somebody has to be told of whoever is outside on what has leaked', () => {
  expect(saidOf({}).join()).toContain('api is outside on cert_acme0');
});

it('I9: nobody can tell who runs on an anchor whose certificate the API has not to give', () => {
  expect(saidOf({ isRead: false })).toEqual([]);
});

it('I11: a plan that brings clients back tells of each that it names', () => {
  const blocked = [{ anchor: LEAKED, client: 'api', scopes: ['proj_a'], reason: 'moved late' }];
  expect(saidOf({ plan: { blocked, anyOutside: true } })).toEqual([]);
  expect(saidOf({ plan: { blocked } }).join()).toContain('api is outside on cert_acme0');
});

it('a sweep does not know of an anchor that is named while it looks', () => {
  expect(saidOf({ namedAfter: 0 }).join()).toContain('api is outside on cert_acme0');
  expect(saidOf({ namedAfter: 1 })).toEqual([]);
});

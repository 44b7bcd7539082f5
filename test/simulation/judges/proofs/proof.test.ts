import { expect, it } from 'vitest';
import { judgeProof } from '../../../../simulation/judges/proofs/proof.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { ScenarioAnchor, ScenarioClient } from '../../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const HOST = 'https://mtls.example';

const anchor = (line: string, generation: number, days: number): ScenarioAnchor => ({
  ...{ id: `cert_${line}${generation}`, name: `${line}@${generation}`, line, generation },
  ...{ renewed: false, activeIn: [], validAt: NOW - (20 - generation) * DAY, expiresAt: NOW + days * DAY },
});

type Story = {
  anchors: ScenarioAnchor[];
  clients: Pick<ScenarioClient, 'name' | 'running' | 'staged'>[];
  active: string[];
  /** Pairs that were begun before. */
  begun?: string[];
  /** An anchor that the same run has cut since its plan. */
  cutBefore?: string;
  /** The leaves that a host lets in right before the cut. */
  letIn: string[];
  /** The clients that an emergency may leave behind. */
  leaveBehind?: string[];
  /** A client for which somebody has staged another leaf since the plan. */
  touched?: string;
  /** A client whose running leaf the plan could not read. */
  unread?: string;
  /** The anchor that an earlier plan saw that client run on. */
  seenUnder?: string;
};

/**
 * Returns the findings for a cut of `cert_acme0`. Right before it a host was asked about some of the leaves.
 */
function saidOf({
  anchors,
  active,
  begun = [],
  cutBefore,
  letIn,
  touched,
  unread,
  seenUnder,
  ...story
}: Story): string[] {
  const clients = story.clients.map((client) => ({ ...client, project: 'proj_a' }));
  const scenario = calmScenario({ hosts: [HOST], anchors, clients });
  const replay = createReplay({ projects: ['proj_a'] });
  const { state } = replay;
  const at = 1000 * NOW;
  const by = { execution: 'run#1', invocation: 2 };
  const toggled = { at, what: 'trust', scope: 'proj_a' } as const;
  replay.apply({ ...toggled, by: 'setup', active: true, anchorIds: active });
  for (const { name, running, staged } of clients)
    state.leaves.set(name, {
      AWSCURRENT: `${running.anchor}${running.by ? `~by=${running.by}` : ''}#1`,
      AWSPENDING: staged && `${staged.anchor}#1`,
    });
  for (const id of active) state.existing.add(id);
  for (const pair of begun) state.begun.add(pair);
  state.plans.set('run#1', [replay.look(at)]);
  const { leaveBehind } = story;
  const request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked', leaveBehind };
  if (leaveBehind) replay.apply({ at, what: 'started', execution: 'emergency', request });
  if (unread) state.unread.add(`run#1 ${unread}`);
  if (unread && seenUnder) state.seenUnder.set(unread, [seenUnder]);
  if (touched) state.outsiderAt.set(touched, at + 1);
  if (cutBefore) replay.apply({ ...toggled, by, active: false, anchorIds: [cutBefore] });
  const probe = (leaf: string, verdict: string) => ({ at, project: 'proj_a', host: HOST, leaf, verdict });
  state.invocations.set(1, {
    ...{ execution: 'run#1', step: 'verify', state: 'Verify again', scope: 'proj_a', at },
    ...{
      input: { moment: 'beforeCut' },
      listed: new Map(),
      read: new Set(),
      elsewhere: new Set(),
      demands: [],
    },
    probes: [probe('control', 'certificate_required'), ...letIn.map((leaf) => probe(leaf, 'accepted'))],
  });
  const cut = { ...toggled, at: at + 1, by, active: false, anchorIds: ['cert_acme0'] };
  return judgeProof(cut, undefined, { replay, rules: createRules(scenario), scenario }).map(
    ({ what }) => what,
  );
}

it.each([
  ['gets in by what it runs on', ['api cert_acme2'], []],
  ['was not looked at', [], ['cert_acme0 was cut in proj_a before batch cert_acme1 was proven there']],
])(
  'I8: takes a successor for proven by whoever runs on it, though a leaf of something else is staged there, where that one %s',
  (_, letIn, said) => {
    const story = {
      anchors: [9, 80, 90, 95].map((days, n) => anchor('acme', n, days)),
      clients: [
        { name: 'api', running: { anchor: 'cert_acme2' }, staged: { anchor: 'cert_acme3' } },
        { name: 'batch', running: { anchor: 'cert_acme1' }, staged: null },
      ],
      active: ['cert_acme0', 'cert_acme1', 'cert_acme2'],
      // Another pair was begun before, so nobody can tell for which of the two this cut is.
      begun: ['cert_acme0 cert_acme1', 'cert_acme0 cert_acme2'],
    };
    expect(saidOf({ ...story, letIn })).toEqual(said);
  },
);

it.each([
  ['had expired when the run planned', -1, ['batch cert_acme1'], []],
  ['had expired, and nobody else proves the successor', -1, [], ['batch cert_acme1', 'keeping']],
  ['let it in then', 5, ['batch cert_acme1'], ['keeping']],
])(
  'I8, I17: whether a kept leaf that the successor vouches for has to be proven, where what issued it %s',
  (_, days, letIn, unproven) => {
    const keeping = { anchor: 'cert_globex0', by: 'cert_acme1' };
    const said = saidOf({
      anchors: [anchor('acme', 0, 9), anchor('acme', 1, 80), anchor('globex', 0, days)],
      clients: [
        { name: 'batch', running: { anchor: 'cert_acme1' }, staged: null },
        { name: 'keeping', running: keeping, staged: null },
      ],
      active: ['cert_acme0', 'cert_acme1', 'cert_globex0'],
      cutBefore: 'cert_globex0',
      letIn,
    });
    const leaves = unproven.map((one) => (one === 'keeping' ? 'keeping cert_globex0~by=cert_acme1' : one));
    expect(said).toEqual(
      leaves.map((leaf) => `cert_acme0 was cut in proj_a before ${leaf} was proven there`),
    );
  },
);

it.each([
  ['gets in', ['api cert_acme1'], []],
  ['was not looked at', [], ['cert_acme0 was cut in proj_a before batch cert_acme1 was proven there']],
])(
  'I6: a client that may be left behind proves nothing where somebody whose secret was changed since %s',
  (_, letIn, said) => {
    const story = {
      anchors: [anchor('acme', 0, 9), anchor('acme', 1, 80)],
      clients: [
        { name: 'api', running: { anchor: 'cert_acme1' }, staged: null },
        { name: 'batch', running: { anchor: 'cert_acme1' }, staged: null },
      ],
      active: ['cert_acme0', 'cert_acme1'],
    };
    const beside = { leaveBehind: ['batch'], touched: 'api' };
    expect(saidOf({ ...story, ...beside, letIn })).toEqual(said);
  },
);

it.each([
  ['proves the scope', ['api', 'batch'], ['api cert_acme1'], []],
  ['was not looked at either', ['api', 'batch'], [], ['api', 'batch']],
  ['proves the scope, yet nobody has allowed it to be locked out', ['api'], ['api cert_acme1'], ['batch']],
])(
  'I6: whether one that may be left behind, and whom the plan could not read, has to be proven where another one %s',
  (_, leaveBehind, letIn, unproven) => {
    const said = saidOf({
      anchors: [anchor('acme', 0, 9), anchor('acme', 1, 80)],
      clients: [
        { name: 'api', running: { anchor: 'cert_acme1' }, staged: null },
        { name: 'batch', running: { anchor: 'cert_acme1' }, staged: null },
      ],
      active: ['cert_acme0', 'cert_acme1'],
      ...{ letIn, leaveBehind, unread: 'batch' },
    });
    expect(said).toEqual(
      unproven.map((one) => `cert_acme0 was cut in proj_a before ${one} cert_acme1 was proven there`),
    );
  },
);

it.each([
  ['of another authority, where another one proves the scope', 'cert_globex0#1', 'api', []],
  ['of this authority', 'cert_acme0#1', 'api', ['batch cert_acme1']],
  ['of another, and nobody proves the scope', 'cert_globex0#1', '', ['api cert_acme1', 'batch cert_acme1']],
])(
  'I17: whether one whom the plan could not read has to be proven that was last seen to be %s',
  (_, seenUnder, letIn, unproven) => {
    const said = saidOf({
      anchors: [anchor('acme', 0, 9), anchor('acme', 1, 80), anchor('globex', 0, 80)],
      clients: [
        { name: 'api', running: { anchor: 'cert_acme1' }, staged: null },
        { name: 'batch', running: { anchor: 'cert_acme1' }, staged: null },
      ],
      active: ['cert_acme0', 'cert_acme1', 'cert_globex0'],
      ...{ letIn: letIn ? [`${letIn} cert_acme1`] : [], unread: 'batch', seenUnder },
    });
    expect(said).toEqual(
      unproven.map((one) => `cert_acme0 was cut in proj_a before ${one} was proven there`),
    );
  },
);

it.each([
  ['had expired when the run planned', -1, ['api'], []],
  ['had expired, and nobody else proves the successor', -1, [], ['api', 'batch']],
  ['let clients in then', 5, ['api'], ['batch']],
])(
  'I1, I17: whether everybody on the successor has to be proven where what is cut %s',
  (_, days, letIn, unproven) => {
    const said = saidOf({
      anchors: [anchor('acme', 0, days), anchor('acme', 1, 80)],
      clients: [
        { name: 'api', running: { anchor: 'cert_acme1' }, staged: null },
        { name: 'batch', running: { anchor: 'cert_acme1' }, staged: null },
      ],
      active: ['cert_acme0', 'cert_acme1'],
      letIn: letIn.map((one) => `${one} cert_acme1`),
    });
    expect(said).toEqual(
      unproven.map((one) => `cert_acme0 was cut in proj_a before ${one} cert_acme1 was proven there`),
    );
  },
);

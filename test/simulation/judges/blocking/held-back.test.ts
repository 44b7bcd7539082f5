import { expect, it } from 'vitest';
import { policySchema } from '../../../../lambdas/domain/policy.ts';
import { createHeldBackWatch } from '../../../../simulation/judges/blocking/held-back.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { NOBODY } from '../../../../simulation/organizations/filtered-twins.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const DAY = 86_400;
const [OLD, NEW, OTHER] = ['cert_acme0', 'cert_acme1', 'cert_globex0'] as const;
const [SETUP, HOST] = [1000 * (NOW - DAY), 'https://mtls.api.openai.com/v1'];
const FILTERED = 'certificate_attribute_verification_failed';
const plan = { execution: 'sweep#2', invocation: 9 };

type Story = {
  /**
   * The client's leaf. `outlives` is how many seconds another anchor of that leaf lasts longer than the old
   * one.
   */
  running?: string;
  outlives?: number;
  mode?: 'scheduled' | 'manual';
  before?: LoggedEvent[];
  meanwhile?: LoggedEvent[];
};

/** Returns the findings for a plan that does not cut the old anchor. Its client has no leaf staged. */
function foundWhere({ running = `${OLD}#1`, outlives = 0, ...story }: Story = {}): string[] {
  const { mode = 'scheduled', before = [], meanwhile = [] } = story;
  const about = { line: 'acme', validAt: NOW - 90 * DAY, renewed: false };
  const ends = NOW + DAY / 4;
  const anchors = [
    { ...about, id: OLD, name: 'acme@0', generation: 0, activeIn: [], expiresAt: ends },
    {
      ...about,
      id: NEW,
      name: 'acme@1',
      generation: 1,
      activeIn: [],
      expiresAt: NOW + 99 * DAY,
      renewed: true,
    },
    {
      ...about,
      id: OTHER,
      name: 'globex@0',
      line: 'globex',
      generation: 0,
      activeIn: [],
      expiresAt: ends + outlives,
    },
  ].map((one) => (one.id === NEW ? { ...one, filter: NOBODY } : one));
  const clients = [{ name: 'one', project: 'proj_a', running: { anchor: OLD }, staged: null }];
  const policy = policySchema.parse({ leadTime: 'P17D', soak: 'P2D', evidence: 'listing' });
  const scenario = calmScenario({ start: NOW - DAY, anchors, clients, policy, hosts: [HOST] });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createHeldBackWatch({ replay, rules: createRules(scenario), scenario });
  const successions = [{ retiring: OLD, successor: NEW, held: true }];
  const result = {
    mode,
    evidence: 'listing',
    successions,
    waves: [{ scopes: [{ scope: 'proj_a', successions }] }],
  };
  const events = [
    ...anchors.map(({ id }) => ({ at: SETUP, what: 'anchor', by: 'setup', anchorId: id, exists: true })),
    { at: SETUP, what: 'trust', by: 'setup', scope: 'proj_a', active: true, anchorIds: [OLD, OTHER] },
    { at: SETUP, what: 'leaf', by: 'setup', client: 'one', stage: 'AWSCURRENT', from: null, to: running },
    ...before,
    { at: 1000 * NOW, what: 'started', execution: 'sweep#2', request: { mode } },
    { at: 1000 * (NOW + 60), what: 'invoked', ...plan, state: 'Plan', step: 'plan', input: {} },
    ...meanwhile,
    { at: 1000 * (NOW + 90), what: 'returned', ...plan, result, heard: true },
  ] as LoggedEvent[];
  return events.flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
}

it('another way in lasts to the very second of the one that is cut, or is none (I19)', () => {
  const running = `${OTHER}~by=${OLD}#1`;
  expect(foundWhere({ running, outlives: 0 })).toEqual(['heldBack']);
  expect(foundWhere({ running, outlives: -1 })).toEqual([]);
});

it('nobody is ready for a successor that somebody deletes while the plan is made', () => {
  const ready = `${NEW}#1`;
  const deleted = {
    at: 1000 * (NOW + 61),
    what: 'anchor',
    by: 'outsider',
    anchorId: NEW,
    exists: false,
  } as const;
  expect(foundWhere({ running: ready })).toEqual(['heldBack']);
  expect(foundWhere({ running: ready, meanwhile: [deleted] })).toEqual([]);
});

/** A probe of the client with such a leaf, after a cut. */
const seenBy = (step: string, about: string, verdict: string, cut: { retiring: string; successor: string }) =>
  [
    {
      ...{ at: SETUP + 1, what: 'invoked', execution: 'sweep#1', invocation: 1, state: step, step },
      input: { plan: { scope: 'proj_a', successions: [cut] } },
    },
    {
      ...{ at: SETUP + 2, what: 'answered', execution: 'sweep#1', invocation: 1, verdict },
      call: { op: 'probe', scope: 'proj_a', about: `${HOST} one ${about}`, changes: false },
    },
  ] as LoggedEvent[];

it('no sweep tries a cut again for the very leaf that a filter has turned away after it, before a person has started a run (rule 3, F16)', () => {
  const byHand = { execution: 'run#1', invocation: 2 };
  const asked = [
    { at: SETUP + 3, what: 'started', execution: 'run#1', request: { mode: 'manual' } },
    { at: SETUP + 4, what: 'invoked', ...byHand, state: 'Plan', step: 'plan', input: {} },
    { at: SETUP + 5, what: 'returned', ...byHand, result: { mode: 'manual', waves: [] }, heard: true },
  ] as LoggedEvent[];
  const [of, cut] = [`${OLD}~by=${OTHER}`, { retiring: OLD, successor: NEW }];
  const found = (before: LoggedEvent[], mode?: 'manual') =>
    foundWhere({ running: `${of}#1`, before, ...(mode && { mode }) });
  const filtered = seenBy('confirm', of, FILTERED, cut);
  expect(found(filtered)).toEqual([]);
  expect(found(filtered, 'manual')).toEqual(['heldBack']);
  expect(found([...filtered, ...asked])).toEqual(['heldBack']);
  expect(found(seenBy('verify', of, FILTERED, cut))).toEqual(['heldBack']);
  expect(found(seenBy('confirm', OLD, FILTERED, cut))).toEqual(['heldBack']);
  expect(found(seenBy('confirm', of, 'certificate_verification_failed', cut))).toEqual(['heldBack']);
});

it('nor does a refusal hold the cut of the very anchor that refused, nor one of what the leaf does not lead to (rule 3)', () => {
  const found = (of: string, retiring: string, successor: string) =>
    foundWhere({
      ...{ running: `${of}#1`, before: seenBy('confirm', of, FILTERED, { retiring, successor }) },
    });
  expect(found(`${OTHER}~by=${OLD}`, OTHER, OLD)).toEqual(['heldBack']);
  expect(found(OTHER, NEW, OTHER)).toEqual(['heldBack']);
});

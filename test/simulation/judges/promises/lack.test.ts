import { expect, it } from 'vitest';
import { holdsUp } from '../../../../simulation/judges/promises/lack.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

/**
 * Whether a client that cannot be placed, and that the configuration puts under globex, holds the cut of an
 * anchor of acme.
 */
function isHeld(uploaded: readonly string[]): boolean {
  const about = { generation: 0, renewed: false, validAt: NOW - 1, expiresAt: NOW + 1, activeIn: [] };
  const anchors = ['acme', 'globex'].map((line) => ({
    ...{ ...about, id: `cert_${line}0`, name: `${line}@0`, line },
  }));
  const client = { name: 'billing', project: 'proj_a', authority: 'globex', staged: null };
  const running = { anchor: 'cert_globex0' };
  const scenario = calmScenario({ anchors, clients: [{ ...client, running }] });
  const replay = createReplay({ projects: ['proj_a'] });
  const at = 1_000 * NOW;
  for (const anchorId of uploaded) replay.apply({ at, what: 'anchor', by: 'setup', anchorId, exists: true });
  const leaf = { client: 'billing', stage: 'AWSCURRENT', from: null, to: 'cert_globex0~unplaced#1' } as const;
  replay.apply({ at, what: 'leaf', by: 'setup', ...leaf });
  const context = { replay, rules: createRules(scenario), scenario };
  return holdsUp('billing', { retiring: 'cert_acme0', successor: 'none', at: NOW }, { until: NOW }, context);
}

it('has whom nobody can place belong to its authority, as long as an anchor has that (I9)', () => {
  expect(isHeld(['cert_acme0', 'cert_globex0'])).toBe(false);
  expect(isHeld(['cert_acme0'])).toBe(true);
});

/**
 * Whether a leaf of a root that is deleted by now holds the cut of another line's anchor. `answers` are what
 * the plan before got when it asked for the root's certificate.
 */
function isHeldAfter(...answers: ('told' | 'not told')[]): boolean {
  const about = { generation: 0, renewed: false, validAt: NOW - 1, expiresAt: NOW + 1, activeIn: [] };
  const anchors = ['acme', 'globex'].flatMap((line) =>
    ['0', '1'].map((n) => ({ ...about, id: `cert_${line}${n}`, name: `${line}@${n}`, line, generation: +n })),
  );
  const clients = [{ name: 'old', project: 'proj_a', running: { anchor: 'cert_globex0' }, staged: null }];
  const scenario = calmScenario({ anchors, clients });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const [of, at, by] = [{ execution: 'sweep#1', invocation: 1 }, 1_000 * NOW, 'setup'];
  const call = { op: 'retrieve', about: 'cert_globex0', changes: false };
  const story = [
    ...anchors.map(({ id }) => ({ at, what: 'anchor', by, anchorId: id, exists: true })),
    { at, what: 'leaf', by, client: 'old', stage: 'AWSCURRENT', from: null, to: 'cert_globex0#1' },
    { at, what: 'invoked', ...of, state: 'Plan', step: 'plan', input: {} },
    ...answers.map((one) =>
      one === 'told'
        ? { at, what: 'called', ...of, call, answer: 'its certificate' }
        : { at, what: 'fault', ...of, address: 'sweep#1/Plan/#1/retrieve#1', fault: '503', call },
    ),
    { at, what: 'returned', ...of, result: { decision: 'rotate' }, heard: true },
    { at, what: 'anchor', by: 'outsider', anchorId: 'cert_globex0', exists: false },
  ] as LoggedEvent[];
  for (const event of story) replay.apply(event);
  const context = { replay, rules: createRules(scenario), scenario };
  return holdsUp(
    'old',
    { retiring: 'cert_acme0', successor: 'cert_acme1', at: NOW },
    { until: NOW },
    context,
  );
}

it('knows whom a plan saw under an authority only where that was told the certificate of what the leaf hangs from (I9)', () => {
  expect(isHeldAfter('told')).toBe(false);
  expect(isHeldAfter('not told')).toBe(true);
  expect(isHeldAfter('not told', 'told')).toBe(false);
});

/**
 * Whether a client holds the cut of a leaked anchor. Somebody has put it back onto a leaf of another leaked
 * anchor, and may have deleted that anchor since.
 */
function isHeldBy({
  active,
  leaked,
  before = 'cert_acme1',
  deleted = [],
}: {
  active: readonly string[];
  leaked: readonly string[];
  /** The anchor of the client's leaf before that. */
  before?: string;
  deleted?: readonly string[];
}): boolean {
  const about = { line: 'acme', renewed: false, validAt: NOW - 1, expiresAt: NOW + 9, activeIn: [] };
  const ids = ['cert_acme0', 'cert_acme1', 'cert_acme2'];
  const anchors = ids.map((id, generation) => ({ ...about, id, name: `acme@${generation}`, generation }));
  const clients = [{ name: 'one', project: 'proj_a', running: { anchor: 'cert_acme1' }, staged: null }];
  const scenario = calmScenario({ anchors, clients });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const at = 1_000 * NOW;
  const move = { at, what: 'leaf', client: 'one', stage: 'AWSCURRENT' };
  const story = [
    ...ids.map((anchorId) => ({ at, what: 'anchor', by: 'setup', anchorId, exists: true })),
    { at, what: 'trust', by: 'setup', scope: 'proj_a', active: true, anchorIds: active },
    ...leaked.map((anchorId) => ({ at, what: 'compromised', by: 'setup', anchorId })),
    { ...move, by: 'setup', from: null, to: `${before}#1` },
    { ...move, by: 'outsider', from: `${before}#1`, to: 'cert_acme0#1' },
    ...deleted.map((anchorId) => ({ at, what: 'anchor', by: 'outsider', anchorId, exists: false })),
  ] as LoggedEvent[];
  for (const event of story) replay.apply(event);
  const context = { replay, rules: createRules(scenario), scenario };
  return holdsUp(
    'one',
    { retiring: 'cert_acme1', successor: 'cert_acme2', at: NOW },
    { until: NOW },
    context,
  );
}

it('has who gets in nowhere by a leaf of what has leaked run on the leaf before, by which a run lets it in again (I11, I17)', () => {
  const both = ['cert_acme0', 'cert_acme1'];
  expect(isHeldBy({ active: ['cert_acme1'], leaked: both })).toBe(true);
  expect(isHeldBy({ active: both, leaked: both })).toBe(false);
  expect(isHeldBy({ active: ['cert_acme2'], leaked: both })).toBe(false);
  expect(isHeldBy({ active: ['cert_acme1'], leaked: ['cert_acme1'] })).toBe(false);
});

it('has nobody let in again whose leaf leads to what somebody has deleted: nobody can tell that it has leaked (I9, rule 3)', () => {
  const story = {
    active: ['cert_acme1', 'cert_acme2'],
    leaked: ['cert_acme0', 'cert_acme1'],
    before: 'cert_acme2',
  };
  expect(isHeldBy(story)).toBe(false);
  expect(isHeldBy({ ...story, deleted: ['cert_acme0'] })).toBe(true);
});

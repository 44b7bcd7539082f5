import { expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { judgeConvergence } from '../../../simulation/judges/convergence.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { NOBODY } from '../../../simulation/organizations/filtered-twins.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;

/**
 * Returns the findings at the end, after quiet weeks, where a due anchor is still active. `days` has the
 * other anchors of its line, and in how many days each expires.
 */
function foundWith(days: Record<string, number>, ends: readonly (string | null)[] = []): string[] {
  const policy = policySchema.parse({ leadTime: 'P17D', soak: 'P2D', evidence: 'listing' });
  const about = { line: 'acme', renewed: false, validAt: NOW - 90 * DAY };
  const anchors = Object.entries({ cert_acme0: -9, ...days }).map(([id, lasts], generation) => {
    const activeIn = generation === 0 ? ['proj_a'] : [];
    const name = `acme@${generation}`;
    return { ...about, id, name, generation, activeIn, expiresAt: NOW + lasts * DAY };
  });
  const scenario = calmScenario({ start: NOW - 30 * DAY, calm: NOW - 9 * DAY, policy, anchors });
  const by = 'setup';
  const at = 1000 * scenario.start;
  const story: LoggedEvent[] = [
    ...anchors.map(({ id }): LoggedEvent => ({ at, what: 'anchor', by, anchorId: id, exists: true })),
    { at, what: 'trust', by, scope: 'proj_a', active: true, anchorIds: ['cert_acme0'] },
    ...ends.map(
      (error, n): LoggedEvent => ({
        ...{ at: at + n, what: 'ended' as const, execution: `run#${n}`, error, cause: 'it says why' },
      }),
    ),
  ];
  const replay = createReplay({ projects: ['proj_a'] });
  for (const event of story) replay.apply(event);
  return judgeConvergence(story, { replay, rules: createRules(scenario), scenario }).map(({ what }) => what);
}

it('finds what is due and still active, though something could succeed it for weeks (I11)', () => {
  expect(foundWith({ cert_acme2: 90 })).toEqual([
    'cert_acme0 is still active in proj_a, though cert_acme2 could succeed it',
  ]);
});

it('leaves time to soak where another was to succeed it until that one came due itself', () => {
  expect(foundWith({ cert_acme1: 16, cert_acme2: 90 })).toEqual([]);
  expect(foundWith({ cert_acme1: 9, cert_acme2: 90 })).toHaveLength(1);
});

it('judges by the last run that says how things stand, and not by one that learns late that another has taken over', () => {
  expect(foundWith({}, ['ProbeInconclusive', null, 'Superseded'])).toEqual([]);
  expect(foundWith({}, ['ProbeInconclusive', 'Superseded'])).toEqual([
    'the last run ended with ProbeInconclusive: it says why',
  ]);
});

/**
 * Returns the findings where the last run ended as `SuccessorRefused`. A client has a leaf of the first
 * anchor at `stage`. A twin with the same key lets nobody in.
 */
function refusedBeside(twin: { isActive: boolean }, stage: 'AWSPENDING' | 'AWSPREVIOUS'): string[] {
  const about = { line: 'acme', validAt: NOW - 90 * DAY, expiresAt: NOW + 90 * DAY, renewed: false };
  const anchors = [
    { ...about, id: 'cert_acme0', name: 'acme@0', generation: 0, activeIn: [] },
    { ...about, id: 'cert_acmef', name: 'f@1', generation: 1, activeIn: [], renewed: true, filter: NOBODY },
    { ...about, id: 'cert_acme1', name: 'acme@1', generation: 2, activeIn: ['proj_a'] },
  ];
  const clients = [{ name: 'acme', project: 'proj_a', running: { anchor: 'cert_acme1' }, staged: null }];
  const scenario = calmScenario({ start: NOW - 30 * DAY, calm: NOW - 9 * DAY, anchors, clients });
  const [by, at] = ['setup', 1000 * scenario.start] as const;
  const active = twin.isActive ? ['cert_acme1', 'cert_acmef'] : ['cert_acme1'];
  const leaf = { at, what: 'leaf', by, client: 'acme', from: null } as const;
  const story = [
    ...anchors.map(({ id }) => ({ at, what: 'anchor', by, anchorId: id, exists: true })),
    { at, what: 'trust', by, scope: 'proj_a', active: true, anchorIds: active },
    { ...leaf, stage: 'AWSCURRENT', to: 'cert_acme1#1' },
    { ...leaf, stage, to: 'cert_acme0#1' },
    { at, what: 'ended', execution: 'next#1', error: 'SuccessorRefused', cause: 'it says why' },
  ] as LoggedEvent[];
  const replay = createReplay({ projects: ['proj_a'] });
  for (const event of story) replay.apply(event);
  return judgeConvergence(story, { replay, rules: createRules(scenario), scenario }).map(({ what }) => what);
}

it('leaves a staged leaf that a filter of another upload of its key keeps out to whoever has made that one active (F16)', () => {
  expect(refusedBeside({ isActive: true }, 'AWSPENDING')).toEqual([]);
  expect(refusedBeside({ isActive: false }, 'AWSPENDING')).toHaveLength(1);
  expect(refusedBeside({ isActive: true }, 'AWSPREVIOUS')).toHaveLength(1);
});

type InTurns = { activated?: number; leaked?: boolean; cut?: boolean; silent?: boolean };

/**
 * Returns the findings about a successor that is due itself and was made active `activated` days before the
 * end. It replaces a leaked anchor, and one client does not answer.
 */
function foundInTurns({ activated = 1, leaked = true, cut = false, silent = true }: InTurns = {}): string[] {
  const policy = policySchema.parse({ leadTime: 'P30D', soak: 'P2D', listingScopes: ['proj_a'] });
  const about = { line: 'acme', validAt: NOW - 90 * DAY, renewed: false, activeIn: [] };
  const anchors = [25, 20, 300, 300].map((lasts, generation) => ({
    ...about,
    ...{
      id: `cert_acme${generation}`,
      name: `${generation < 3 ? 'acme' : 'other'}@${generation}`,
      generation,
    },
    expiresAt: NOW + lasts * DAY,
  }));
  const clients = [{ name: 'acme', project: 'proj_a', running: { anchor: 'cert_acme3' }, staged: null }];
  const scenario = calmScenario({ start: NOW - 90 * DAY, calm: NOW - 9 * DAY, policy, anchors, clients });
  const [by, at] = ['setup', 1000 * scenario.start] as const;
  const trust = { what: 'trust', scope: 'proj_a', anchorIds: ['cert_acme1'] } as const;
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const story = [
    ...anchors.map(({ id }) => ({ at, what: 'anchor', by, anchorId: id, exists: true })),
    { ...trust, at, by, active: true, anchorIds: ['cert_acme0', 'cert_acme2', 'cert_acme3'] },
    { at, what: 'leaf', by, client: 'acme', from: null, stage: 'AWSCURRENT', to: 'cert_acme3#1' },
    { at, what: 'recorded', by, entry: { event: 'planned', detail: { successions: [pair] } } },
    ...(leaked ? [{ at, what: 'compromised', by, anchorId: 'cert_acme0' }] : []),
    ...(silent ? [{ at, what: 'trouble', broken: 'revoked acme', mended: false }] : []),
    {
      ...trust,
      at: 1000 * (NOW - activated * DAY),
      by: { execution: 'next#2', invocation: 1 },
      active: true,
    },
    ...(cut ? [{ ...trust, at, by, active: false, anchorIds: ['cert_acme0'] }] : []),
    { at: 1000 * NOW, what: 'ended', execution: 'next#3', error: null, cause: '' },
  ] as LoggedEvent[];
  const replay = createReplay({ projects: ['proj_a'] });
  for (const event of story) replay.apply(event);
  const found = judgeConvergence(story, { replay, rules: createRules(scenario), scenario });
  return found.map(({ what }) => what).filter((what) => what.startsWith('cert_acme1'));
}

it('leaves time to soak where what is due is made active again in turn, for what has leaked and a client that says nothing (rule 2)', () => {
  expect(foundInTurns()).toEqual([]);
  expect(foundInTurns({ activated: 4 })).toHaveLength(1);
  expect(foundInTurns({ leaked: false })).toHaveLength(1);
  expect(foundInTurns({ cut: true })).toHaveLength(1);
  expect(foundInTurns({ silent: false })).toHaveLength(1);
});

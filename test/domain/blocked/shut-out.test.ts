import { describe, expect, it } from 'vitest';
import { shutOutTold } from '../../../lambdas/domain/blocked/shut-out.ts';
import type { ClientFacts } from '../../../lambdas/domain/leaf/client-facts.ts';
import { sightingsOf } from '../../../lambdas/domain/memory/sightings.ts';
import { compromisedMetrics, planMetrics } from '../../../lambdas/domain/metrics.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const ANCHORS = [anchor('bad', 'acme@1', 200), anchor('new', 'acme@2', 400), anchor('keel', 'keel@1', 400)];

type Given = { clients: readonly ClientFacts[]; request?: Request; leaveBehind?: string[]; unread?: string };

const factsOf = (
  active: Record<string, readonly string[]>,
  { clients, request = { mode: 'scheduled' }, leaveBehind = [], unread = '' }: Given,
) => ({
  ...{ inventory: inventoryOf(ANCHORS, active), policy: policyOf(), now: NOW, clients, request },
  compromised: { ids: new Set(['bad']), keys: new Set<string>() },
  allowances: [{ anchorId: 'bad', namedAt: '2026-11-01T00:00:00.000Z', reason: 'leaked', leaveBehind }],
  keys: new Map(
    ANCHORS.filter(({ anchorId }) => anchorId !== unread).map(({ anchorId }) => [
      anchorId,
      { digest: `key of ${anchorId}`, vouchesFor: [] },
    ]),
  ),
});

const toldIn = (active: Record<string, readonly string[]>, given: Given, seenTo: string[] = []) =>
  shutOutTold(factsOf(active, given), new Set(seenTo));

describe('a client that runs on something compromised which is active nowhere for it (I13)', () => {
  const clients = [client('billing', 'proj_a', 'bad', 'new')];

  it.each([
    ['it may be moved at once', ['keel', 'new'], 'new', 'Make the leaf that is staged for it current'],
    ['the successor is not active', ['keel'], 'new', 'Activate new in proj_a by hand, and make the leaf'],
    ['nothing is staged', ['keel', 'new'], undefined, 'Make a leaf that chains to new current for it'],
    [
      'neither is there',
      ['keel'],
      undefined,
      'Activate new in proj_a by hand. Make a leaf that chains to new current for it',
    ],
    ['what is staged has leaked as well', ['new'], 'bad', 'Make a leaf that chains to new current for it'],
  ])('is named with what to do where %s', (_, active, staged, remedy) => {
    const given = { clients: [client('billing', 'proj_a', 'bad', staged)] };
    const [one, ...others] = toldIn({ proj_a: active }, given);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ anchor: 'bad', client: 'billing', scopes: ['proj_a'], shutOut: true });
    expect(one?.reason).toContain(`active nowhere for it: it gets in nowhere. ${remedy}`);
  });

  it('is not outside where the organization has the leaked anchor, or anything else that its leaf leads to', () => {
    expect(toldIn({ organization: ['bad'], proj_a: ['keel'] }, { clients })).toEqual([]);
    const both = { ...client('billing', 'proj_a', 'bad'), running: leaf('both', 'bad', 'keel') };
    expect(toldIn({ proj_a: ['keel'] }, { clients: [both] })).toEqual([]);
  });

  it('is not told of where this run sees to it, nor where its leaf has ended', () => {
    expect(toldIn({ proj_a: ['keel'] }, { clients }, ['billing'])).toEqual([]);
    const ended = { ...leaf('old', 'bad'), endsAt: NOW - DAY };
    const over = { ...client('billing', 'proj_a', 'bad'), running: ended };
    expect(toldIn({ proj_a: ['keel'] }, { clients: [over] })).toEqual([]);
  });

  it('is told of once its leaf is there where a person has let it be left behind (I6)', () => {
    const leaveBehind = ['billing'];
    const waiting = [client('billing', 'proj_a', 'bad')];
    expect(toldIn({ proj_a: ['new'] }, { clients: waiting, leaveBehind })).toEqual([]);
    expect(toldIn({ proj_a: ['new'] }, { clients, leaveBehind })).toMatchObject([{ client: 'billing' }]);
  });

  it('is told of by an emergency that names its anchor, and by no other', () => {
    const naming = (id: string): Request => ({ mode: 'emergency', anchors: [id], reason: 'leaked' });
    expect(toldIn({ proj_a: ['keel'] }, { clients, request: naming('bad') })).toHaveLength(1);
    expect(toldIn({ proj_a: ['keel'] }, { clients, request: naming('keel') })).toEqual([]);
  });

  it('may get in by what could not be read, and is told of so (I9)', () => {
    const [one] = toldIn({ proj_a: ['keel'] }, { clients, unread: 'keel' });
    expect(one?.reason).toContain(', unless by keel, whose certificate could not be read');
  });

  it('is one of many of whom the first five have an entry of their own', () => {
    const many = Array.from({ length: 7 }, (_, i) => client(`c${i}`, 'proj_a', 'bad'));
    const told = toldIn({ proj_a: ['keel'] }, { clients: many });
    expect(told.map(({ client: name }) => name)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', undefined]);
    expect(told.at(-1)).toMatchObject({ clients: ['c5', 'c6'], shutOut: true });
  });
});

describe('a scope in which nothing is active any more (F8)', () => {
  it('is told of by what its clients ran on, and turned on by nobody (I3)', () => {
    const clients = ['proj_a', 'proj_b', 'proj_c'].map((project) => client(`in-${project}`, project, 'bad'));
    const [off, ...others] = toldIn({ proj_a: [], proj_b: [], proj_c: ['keel'] }, { clients });
    expect(off).toMatchObject({ anchor: 'bad', scopes: ['proj_a', 'proj_b'], off: true });
    expect(off?.reason).toMatch(/^mutual TLS is off in proj_a, proj_b: nothing is active there any more/);
    expect(off?.reason).toContain(
      'make a leaf of new current (AWSCURRENT) for each of them, and activate new',
    );
    expect(others).toMatchObject([{ client: 'in-proj_c' }]);
  });
});

it('is no leaked key that gets in: the alarm for that does not ring by it (I15)', () => {
  const clients = [client('billing', 'proj_a', 'bad', 'new')];
  const facts = factsOf(
    { proj_a: ['keel'], proj_b: [] },
    { clients: [...clients, client('b', 'proj_b', 'bad')] },
  );
  const blocked = shutOutTold(facts, new Set());
  expect(blocked).toHaveLength(2);
  expect(compromisedMetrics(facts, { blocked })).toEqual([{ name: 'CompromisedActive', value: 0 }]);
});

it.each([200, 20, 1.5, -1])(
  'is told of by keys of its own, and no louder as the dead anchor ends in %j days: nobody is nearer to anything (I13)',
  (left) => {
    const clients = [client('billing', 'proj_a', 'bad', 'new'), client('b', 'proj_b', 'bad')];
    const facts = factsOf({ proj_a: ['keel'], proj_b: [] }, { clients });
    const ending = { ...facts, now: NOW + (200 - left) * DAY };
    const blocked = shutOutTold(facts, new Set());
    const told = sightingsOf(blocked, ending).filter(({ kind }) => kind === 'blocked');
    expect(told.map(({ id, value }) => [id, value])).toEqual([
      ['bad proj_b off', '0'],
      ['bad billing outside', '0'],
    ]);
    const metrics = planMetrics(ending, { mode: 'scheduled', blocked, warnings: [] } as never);
    expect(metrics).toContainEqual({ name: 'DaysToFirstBlockedExpiry', value: 36_500 });
  },
);

import { describe, expect, it } from 'vitest';
import { concernsCompromise } from '../../../lambdas/domain/blocked/vouching.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { AnchorKey } from '../../../lambdas/domain/planning/compromise.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const emergency: Request = { mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked' };
const key = (digest: string): AnchorKey => ({ digest, vouchesFor: [] });
const keys = new Map([
  ['cert_old', key('leaked')],
  ['cert_new', key('another')],
]);

/**
 * Returns a plan in which the certificate of `cert_odd`, an anchor of another authority, could not be read.
 */
const planned = (active: Record<string, string[]>, request: Request = emergency, compromised = keys) =>
  plan({
    inventory: inventoryOf(
      [
        anchor('cert_old', 'acme@1', 500),
        anchor('cert_new', 'acme@2', 900),
        anchor('cert_odd', 'globex@1', 900),
      ],
      active,
    ),
    policy: policyOf(),
    request,
    now: NOW,
    clients: [client('api', 'proj_a', 'cert_old', 'cert_new')],
    keys: compromised,
  });

describe('an anchor whose certificate could not be read', () => {
  it('may have the compromised key, so an emergency names it, red, and cuts what it can (I9, I15)', () => {
    const decided = planned({ proj_a: ['cert_old', 'cert_odd'] });
    expect(decided.successions).toMatchObject([{ retiring: 'cert_old', successor: 'cert_new' }]);
    expect(decided.blocked).toMatchObject([
      {
        anchor: 'cert_odd',
        scopes: ['proj_a'],
        reason: expect.stringContaining('may have a compromised key'),
      },
    ]);
  });

  it('lets nobody in while it is active nowhere', () => {
    expect(planned({ proj_a: ['cert_old'] }).blocked).toEqual([]);
  });

  it('is nobody’s suspect where no key is compromised', () => {
    expect(planned({ proj_a: ['cert_old', 'cert_odd'] }, { mode: 'scheduled' }).blocked).toEqual([]);
  });
});

describe('an anchor for whose certificate the API had no answer', () => {
  const unread = (about: Partial<Parameters<typeof plan>[0]>, ...unanswered: string[]) =>
    plan({
      inventory: inventoryOf(
        ['cert_old', 'cert_new', 'cert_odd'].map((id, i) => anchor(id, `line${i}@1`, 500)),
        { proj_a: ['cert_new'], proj_b: ['cert_odd'] },
      ),
      ...{ policy: policyOf(), now: NOW, clients: [client('api', 'proj_a', 'cert_new')] },
      compromised: { ids: new Set(['cert_old']), keys: new Set(['leaked']) },
      ...{ keys, request: { mode: 'scheduled' }, unanswered: new Set(unanswered), ...about },
    });
  const failingFor = (seconds: number) => ({
    request: { mode: 'scheduled' as const, failingSince: instant(NOW - seconds) },
  });

  it('is asked for again within the hour where it may have a compromised key, beside a soak of others too (I9, I15, I16)', () => {
    const [first, later] = [0, 7_200].map((seconds) => unread(failingFor(seconds), 'cert_odd'));
    expect(first).toMatchObject({ isPressing: true, nextRotationAt: instant(NOW + 300) });
    expect(first?.blocked).toMatchObject([
      { anchor: 'cert_odd', reason: expect.stringContaining('looks again within minutes') },
    ]);
    expect(later).toMatchObject({ isPressing: true, nextRotationAt: instant(NOW + 3_600) });
    const allowances = [{ anchorId: 'cert_old', keyDigest: 'leaked', namedAt: instant(NOW - 600) }];
    expect(unread({ allowances }, 'cert_odd').leftAgainAt).toBe(instant(NOW + 900));
  });

  it('is so where it is named, is active nowhere, and any other may have its key', () => {
    const named = {
      compromised: { ids: new Set(['cert_gone']), keys: new Set<string>() },
      inventory: inventoryOf(
        ['cert_gone', 'cert_new'].map((id, i) => anchor(id, `line${i}@1`, 500)),
        { proj_a: ['cert_new'] },
      ),
    };
    expect(unread(named, 'cert_gone')).toMatchObject({
      isPressing: true,
      nextRotationAt: instant(NOW + 300),
    });
    expect(unread(named).isPressing).toBeUndefined();
  });

  it('waits for the sweep where a person has to see to its certificate, or where it has no compromised key', () => {
    const wrong = unread({});
    expect(wrong.blocked).toMatchObject([
      { anchor: 'cert_odd', reason: expect.stringMatching(/name it in an emergency$/) },
    ]);
    const nothing = { ids: new Set<string>(), keys: new Set<string>() };
    for (const planned of [wrong, unread({ compromised: nothing }, 'cert_odd')]) {
      expect(planned.isPressing).toBeUndefined();
      expect(Date.parse(planned.nextRotationAt ?? '') / 1000).toBeGreaterThan(NOW + 86_400);
    }
  });
});

describe('an anchor that has signed a certificate for a compromised key', () => {
  const holder = {
    ...client('other', 'proj_gone', 'cert_odd'),
    previous: { ...leaf('x', 'cert_odd'), carries: [{ keyDigest: 'leaked', vouchedBy: ['cert_odd'] }] },
  };
  const facts = {
    inventory: inventoryOf(
      ['cert_old', 'cert_new', 'cert_odd'].map((id, i) => anchor(id, `line${i}@1`, 500)),
      { organization: ['cert_odd'], proj_a: ['cert_new'] },
    ),
    policy: policyOf(),
    now: NOW,
    keys: new Map([...keys, ['cert_odd', key('third')]]),
    compromised: { ids: new Set(['cert_old']), keys: new Set(['leaked']) },
    request: { mode: 'scheduled' as const },
    clients: [client('api', 'proj_a', 'cert_new')],
  };

  it.each([
    ['a client', { clients: [{ ...holder, project: 'proj_a' }] }],
    ['a client whose project is not listed', { absent: [holder] }],
    ['a witness', { witnesses: [holder] }],
  ])('is seen by what %s holds, and is red in every run while it is active (I15)', (_, held) => {
    const given = { ...facts, ...held };
    const { blocked } = plan(given);
    expect(blocked).toMatchObject([{ anchor: 'cert_odd', reason: expect.stringContaining('has signed') }]);
    expect(concernsCompromise(blocked, given)).toBe(true);
    expect(concernsCompromise([{ anchor: 'cert_new', reason: 'it is due' }], given)).toBe(false);
  });

  const line = (...more: string[]) => ({
    ...facts,
    inventory: inventoryOf(
      ['cert_old', 'cert_new', ...more].map((id, i) => anchor(id, `acme@${i + 1}`, 500)),
      { proj_a: ['cert_old'] },
    ),
    keys: new Map([
      ['cert_old', key('leaked')],
      ['cert_new', { digest: 'another', vouchesFor: ['leaked'] }],
      ['cert_mid', key('third')],
    ]),
    clients: ['cert_new', ...more].map((staged) => client(staged, 'proj_a', 'cert_old', staged)),
    request: emergency,
  });

  it('takes over only where nothing else that clients hold can, and is red then (I15)', () => {
    expect(plan(line('cert_mid'))).toMatchObject({ successions: [{ successor: 'cert_mid' }] });
    const alone = plan(line());
    expect(alone).toMatchObject({
      successions: [{ successor: 'cert_new' }],
      blocked: [
        { anchor: 'cert_new', scopes: ['proj_a'], reason: expect.stringContaining('takes over in this run') },
      ],
    });
    expect(concernsCompromise(alone.blocked, { ...line(), request: { mode: 'scheduled' } })).toBe(true);
  });
});

describe('a compromised anchor whose own certificate cannot be read', () => {
  const anchors = ['acme@1', 'acme@2', 'keel@1', 'keel@2'].map((name) => anchor(name, name, 500));
  const facts = (active: string[]) => ({
    inventory: inventoryOf(anchors, { proj_a: active }),
    policy: policyOf(),
    now: NOW,
    keys: new Map(['acme@1', 'acme@2', 'keel@2'].map((id) => [id, key(id)])),
    allowances: [{ anchorId: 'keel@1' }, { anchorId: 'acme@1' }],
    request: { mode: 'emergency' as const, anchors: ['keel@1', 'acme@1'], reason: 'both leaked' },
    clients: [client('api', 'proj_a', 'acme@1', 'acme@2'), client('web', 'proj_a', 'acme@1', 'acme@2')],
  });

  it('keeps only itself waiting, by name, since any other may have its key (I9, I15, I17)', () => {
    const decided = plan(facts(['acme@1', 'keel@1']));
    expect(decided.successions).toMatchObject([{ retiring: 'acme@1', successor: 'acme@2' }]);
    expect(decided.blocked).toMatchObject([
      { anchor: 'keel@1', reason: expect.stringContaining('which other anchor has its key') },
    ]);
  });

  it('is named though it is active nowhere, until its key is known', () => {
    const given = facts(['acme@1']);
    expect(plan(given).blocked).toMatchObject([
      { anchor: 'keel@1', reason: expect.stringContaining('cannot be read') },
    ]);
    const allowances = [{ anchorId: 'keel@1', keyDigest: 'known' }, { anchorId: 'acme@1' }];
    expect(plan({ ...given, allowances }).blocked).toEqual([]);
  });

  it('goes on in favour of the successor that a person names', () => {
    const policy = policyOf({ successions: { 'keel@1': 'keel@2' } });
    const given = { ...facts(['keel@1']), policy, clients: [client('api', 'proj_a', 'keel@1', 'keel@2')] };
    expect(plan(given).successions).toMatchObject([{ retiring: 'keel@1', successor: 'keel@2' }]);
  });
});

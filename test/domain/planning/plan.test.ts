import { describe, expect, it } from 'vitest';
import type { ClientFacts } from '../../../lambdas/domain/leaf/client-facts.ts';
import { toldIn } from '../../../lambdas/domain/manifest.ts';
import type { CompromisedMemory, Memory } from '../../../lambdas/domain/memory/journal.ts';
import { checkNames, waitsForHold } from '../../../lambdas/domain/planning/names.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const scheduled: Request = { mode: 'scheduled' };
const old = anchor('cert_old', 'acme@2025', 10);
const fresh = anchor('cert_new', 'acme@2026', 400);

const facts = (overrides: Partial<Parameters<typeof plan>[0]> = {}) => ({
  inventory: inventoryOf([old, fresh], { proj_a: ['cert_old'] }),
  policy: policyOf(),
  request: scheduled,
  now: NOW,
  clients: [client('api', 'proj_a', 'cert_old', 'cert_new')],
  ...overrides,
});

describe('what is due', () => {
  it('rotates an active anchor inside its lead time to the next generation of its authority', () => {
    const planned = plan(facts());
    expect(planned.decision).toBe('rotate');
    expect(planned.successions).toMatchObject([
      { authority: 'acme', retiring: 'cert_old', successor: 'cert_new' },
    ]);
    expect(planned.waves).toMatchObject([{ name: 'projects', scopes: [{ scope: 'proj_a' }] }]);
  });

  it('leaves an anchor alone until its lead time, to the second', () => {
    const exactly = { ...old, expiresAt: NOW + 30 * DAY };
    const inventory = (a: typeof old) => inventoryOf([a, fresh], { proj_a: ['cert_old'] });
    expect(plan(facts({ inventory: inventory(exactly) })).decision).toBe('rotate');
    expect(
      plan(facts({ inventory: inventory({ ...exactly, expiresAt: NOW + 30 * DAY + 1 }) })).decision,
    ).toBe('idle');
  });

  it('ignores an expiring anchor that is active nowhere', () => {
    expect(plan(facts({ inventory: inventoryOf([old, fresh], { proj_a: [] }) })).decision).toBe('idle');
  });

  it('never touches a held anchor, emergency included', () => {
    const policy = policyOf({ hold: ['cert_old'] });
    expect(plan(facts({ policy, clients: [] })).decision).toBe('idle');
    expect(plan(facts({ policy })).waves).toEqual([]);
    const request: Request = { mode: 'emergency', anchors: ['cert_old'], reason: 'leaked' };
    const planned = plan(facts({ policy, request }));
    expect(planned.decision).toBe('blocked');
    expect(planned.blocked[0]?.reason).toContain('policy.hold');
  });

  it('rotates an expired anchor that is still active', () => {
    const expired = anchor('cert_old', 'acme@2025', -5);
    expect(plan(facts({ inventory: inventoryOf([expired, fresh], { proj_a: ['cert_old'] }) })).decision).toBe(
      'rotate',
    );
  });

  it('rotates exactly the named anchors in an emergency, without a soak', () => {
    const other = anchor('cert_b', 'beta@2025', 3);
    const healthy = anchor('cert_h', 'acme@2025-06', 200);
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh, other, healthy], { proj_a: ['cert_old', 'cert_b', 'cert_h'] }),
        request: { mode: 'emergency', anchors: ['cert_h'], reason: 'key leaked' },
        clients: [client('api', 'proj_a', 'cert_h', 'cert_new')],
      }),
    );
    expect(planned.successions.map(({ retiring }) => retiring)).toEqual(['cert_h']);
    expect(planned.soakSeconds).toBe(0);
  });

  it('is unknown of an anchor whose expiry nobody can read: it blocks by name, and stops no neighbour (F5, I17)', () => {
    const flawed = { ...anchor('cert_odd', 'globex@1', 0), expiresAt: 0, flaw: 'has no expires_at' };
    const inventory = inventoryOf([old, fresh, flawed], { proj_a: ['cert_old', 'cert_odd'] });
    const decided = plan(facts({ inventory }));
    expect(decided.successions).toMatchObject([{ retiring: 'cert_old', successor: 'cert_new' }]);
    expect(decided.blocked).toMatchObject([
      { anchor: 'cert_odd', reason: expect.stringContaining('has no expires_at') },
    ]);
    const idle = plan(facts({ inventory: inventoryOf([old, fresh, flawed], { proj_a: ['cert_old'] }) }));
    expect(idle.blocked).toEqual([]);
  });

  it('has nothing to do for a compromised anchor that is active nowhere', () => {
    const request: Request = { mode: 'emergency', anchors: ['cert_new'], reason: 'leaked' };
    expect(plan(facts({ request })).decision).toBe('idle');
  });
});

describe('the successor', () => {
  const withAnchors = (...anchors: ReturnType<typeof anchor>[]) =>
    plan(
      facts({
        inventory: inventoryOf(anchors, { proj_a: ['cert_old'] }),
        policy: policyOf({ evidence: 'listing' }),
        clients: [],
      }),
    );

  it('is the latest upload of the same authority, and of two at once the greatest id, however long they last', () => {
    const later = { ...anchor('cert_later', 'acme@2026-b', 300), createdAt: NOW - DAY };
    const first = { ...fresh, createdAt: NOW - 2 * DAY };
    expect(withAnchors(old, first, later).successions[0]?.successor).toBe('cert_later');
    expect(withAnchors(old, later, first).successions[0]?.successor).toBe('cert_later');
    const same = { ...later, createdAt: first.createdAt };
    expect(withAnchors(old, first, same).successions[0]?.successor).toBe('cert_new');
    expect(withAnchors(old, same, first).successions[0]?.successor).toBe('cert_new');
  });

  it.each([
    ['another authority', anchor('cert_x', 'beta@2026', 400)],
    ['an anchor without a name', anchor('cert_x', null, 400)],
    ['one that expires no later, inside the lead time', anchor('cert_x', 'acme@2026', 10)],
    ['one that is not valid yet', { ...anchor('cert_x', 'acme@2026', 400), validAt: NOW + DAY }],
  ])('is never %s', (_what, candidate) => {
    const planned = withAnchors(old, candidate);
    expect(planned.decision).toBe('blocked');
    expect(planned.blocked[0]?.reason).toContain('upload a CA certificate named "acme@2026-11"');
  });

  it('is asked for by a name that no upload has yet', () => {
    const reasonOf = (...names: string[]) =>
      withAnchors(
        { ...old, name: names[0] ?? null },
        ...names.slice(1).map((name, i) => anchor(`cert_${i}`, name, 10)),
      ).blocked[0]?.reason;
    expect(reasonOf('acme@2026-11')).toMatch(/upload a CA certificate named "acme@2026-11-\d\d"/);
    const [, day = ''] = /named "(acme@2026-11-\d\d)"/.exec(reasonOf('acme@2026-11') ?? '') ?? [];
    expect(reasonOf('acme@2026-11', day)).toContain(`named "${day}.2"`);
  });

  it('is never a held or a compromised anchor', () => {
    expect(plan(facts({ policy: policyOf({ hold: ['cert_new'] }) })).blocked[0]?.reason).toContain('is held');
    const request: Request = { mode: 'emergency', anchors: ['cert_old', 'cert_new'], reason: 'both leaked' };
    expect(plan(facts({ request })).blocked[0]?.reason).toContain('compromised');
  });

  it('need only outlive the safety margin in an emergency: a compromised root may have years left', () => {
    const emergency = (days: number) =>
      plan(
        facts({
          inventory: inventoryOf([anchor('cert_a', 'acme@1', 2_900), anchor('cert_b', 'acme@2', days)], {
            proj_a: ['cert_a'],
          }),
          request: { mode: 'emergency', anchors: ['cert_a'], reason: 'leaked' },
          clients: [client('api', 'proj_a', 'cert_a', 'cert_b')],
        }),
      );
    expect(emergency(365).successions[0]?.successor).toBe('cert_b');
    expect(emergency(3).successions[0]?.successor).toBe('cert_b');
    expect(emergency(2)).toMatchObject({ decision: 'blocked', successions: [] });
    expect(emergency(2).blocked[0]?.reason).toContain('within the safety margin');
  });

  it('is asked for by the same date in an emergency and by the runs after it', () => {
    const years = anchor('cert_old', 'acme@2025', 900);
    const inventory = inventoryOf([years], { proj_a: ['cert_old'] });
    const compromised = { ids: new Set(['cert_old']), keys: new Set<string>() };
    const asked = (request: Request) =>
      plan(facts({ inventory, compromised, request })).blocked[0]?.reason.match(/expires after \S+/)?.[0];
    expect(asked({ mode: 'emergency', anchors: ['cert_old'], reason: 'leaked' })).toBe(
      'expires after 2026-11-25',
    );
    expect(asked({ mode: 'manual' })).toBe('expires after 2026-11-25');
  });

  it('is never an anchor whose dates nobody can read, which goes itself where it is compromised', () => {
    const flawed = { ...anchor('cert_odd', 'acme@2027', 0), expiresAt: 0, flaw: 'has no expires_at' };
    const alone = plan(facts({ inventory: inventoryOf([old, flawed], { proj_a: ['cert_old'] }) }));
    expect(alone.blocked[0]?.reason).toContain('cert_odd (acme@2027) has no expires_at');
    const named = plan(
      facts({
        inventory: inventoryOf([flawed, fresh], { proj_a: ['cert_odd'] }),
        request: { mode: 'emergency', anchors: ['cert_odd'], reason: 'leak' },
        clients: [client('api', 'proj_a', 'cert_odd', 'cert_new')],
      }),
    );
    expect(named.successions).toMatchObject([{ retiring: 'cert_odd', successor: 'cert_new' }]);
  });

  it('of a scheduled rotation outlives the anchor it replaces', () => {
    const anchors = [anchor('cert_a', 'acme@1', 20), anchor('cert_b', 'acme@2', 19)];
    const planned = plan(facts({ inventory: inventoryOf(anchors, { proj_a: ['cert_a'] }) }));
    expect(planned.decision).toBe('blocked');
  });

  it('is a stopgap, said to be one, where nothing fit is there and something valid outlives the retiring anchor', () => {
    const soon = anchor('cert_b', 'acme@2026', 20);
    const planned = plan(
      facts({
        inventory: inventoryOf([anchor('cert_old', 'acme@2025', 1), soon], { proj_a: ['cert_old'] }),
        clients: [client('api', 'proj_a', 'cert_old', 'cert_b')],
      }),
    );
    expect(planned.successions).toMatchObject([{ successor: 'cert_b', stopgap: true }]);
    expect(planned.warnings?.join()).toContain('stopgap');
    expect(withAnchors(old, soon, fresh).successions).toMatchObject([{ successor: 'cert_new' }]);
  });

  it('is rotated itself though it is the stopgap of a rotation that cannot go on', () => {
    const [soon, later] = [anchor('cert_b', 'acme@2026', 20), anchor('cert_c', 'acme@2027', 25)];
    const inventory = inventoryOf([anchor('cert_old', 'acme@2025', 1), soon, later], {
      proj_a: ['cert_old'],
      proj_b: ['cert_b'],
    });
    const begun = [
      { retiring: 'cert_old', successor: 'cert_b', begunAt: new Date(NOW * 1000).toISOString() },
    ];
    const ready = client('web', 'proj_b', 'cert_b', 'cert_c');
    const pairsWith = (staged?: string) =>
      plan(
        facts({
          inventory,
          clients: [client('api', 'proj_a', 'cert_old', staged), ready],
          memory: { soaks: [], cuts: [], begun },
        }),
      ).successions.map(({ retiring, successor }) => `${retiring} ${successor}`);
    expect(pairsWith('cert_b')).toEqual(['cert_old cert_b']);
    // No client can leave cert_old, so no client moves to its stopgap. The stopgap does not wait for that
    // rotation.
    expect(pairsWith()).toEqual(['cert_b cert_c']);
  });

  it('is chosen by the leaves that clients can use: what nobody can draws no later upload before it (rule 2, I17)', () => {
    const anchors = ['cert_old', 'cert_b', 'cert_c'].map((id, i) =>
      anchor(id, `acme@202${i}`, i === 0 ? 20 : 400),
    );
    const chosenWith = (...more: ClientFacts[]) => {
      const clients = [client('api', 'proj_a', 'cert_old', 'cert_b'), ...more];
      const inventory = inventoryOf(anchors, { proj_a: ['cert_old'] });
      return plan(facts({ inventory, clients })).successions.map(({ successor }) => successor);
    };
    const problems = ['the leaf expired 2026-11-01'];
    const spoilt = ['web', 'batch'].map((name) => ({
      ...client(name, 'proj_a', 'cert_old', 'cert_c'),
      staged: { ...leaf(name, 'cert_c'), problems },
    }));
    expect(chosenWith(...spoilt)).toEqual(['cert_b']);
    expect(
      chosenWith(...['web', 'batch'].map((name) => client(name, 'proj_a', 'cert_old', 'cert_c'))),
    ).toEqual(['cert_c']);
  });

  it('that was begun goes first while somebody can move to it, and a leaf that nobody can use moves nobody (rule 2)', () => {
    const anchors = ['cert_old', 'cert_b', 'cert_c'].map((id, i) =>
      anchor(id, `acme@202${i}`, i === 0 ? 20 : 400),
    );
    const begun = [
      { retiring: 'cert_old', successor: 'cert_b', begunAt: new Date(NOW * 1000).toISOString() },
    ];
    const chosenWith = (...problems: string[]) => {
      const mover = client('api', 'proj_a', 'cert_old', 'cert_b');
      const planned = plan(
        facts({
          inventory: inventoryOf(anchors, { proj_a: ['cert_old'], proj_b: ['cert_c'] }),
          clients: [
            { ...mover, staged: { ...leaf('staged', 'cert_b'), problems } },
            client('other', 'proj_a', 'cert_old', 'cert_c'),
            client('web', 'proj_b', 'cert_c'),
          ],
          memory: { soaks: [], cuts: [], begun },
        }),
      );
      return planned.successions.map(({ successor }) => successor);
    };
    expect(chosenWith()).toEqual(['cert_b']);
    expect(chosenWith('the private key does not belong to the leaf')).toEqual(['cert_c']);
  });

  it('that the policy names and that is due itself is cut in a later run than the one that moves clients to it (I1)', () => {
    const anchors = [
      anchor('cert_r', 'acme@2024', 10),
      anchor('cert_s', 'acme@2025', 20),
      anchor('cert_t', 'acme@2026', 400),
    ];
    const planned = plan(
      facts({
        inventory: inventoryOf(anchors, { proj_a: ['cert_r', 'cert_s'] }),
        policy: policyOf({ successions: { cert_r: 'cert_s' } }),
        clients: [client('a', 'proj_a', 'cert_r', 'cert_s'), client('b', 'proj_a', 'cert_s', 'cert_t')],
      }),
    );
    expect(planned.successions).toMatchObject([{ retiring: 'cert_r', successor: 'cert_s' }]);
    expect(planned.blocked).toMatchObject([
      { anchor: 'cert_s', reason: expect.stringContaining('successor of cert_r in this run') },
    ]);
  });

  it('that the policy names is nothing to move to where it ends before the soak does (I19)', () => {
    const anchors = [anchor('cert_r', 'acme@2024', 20), anchor('cert_s', 'acme@2025', 3)];
    const planned = plan(
      facts({
        inventory: inventoryOf(anchors, { proj_a: ['cert_r'] }),
        policy: policyOf({ successions: { cert_r: 'cert_s' } }),
        clients: [client('a', 'proj_a', 'cert_r', 'cert_s')],
      }),
    );
    expect(planned.promotions).toEqual([]);
    expect(planned.blocked.map(({ reason }) => reason).join()).toContain('cert_s itself ends at');
  });

  it('takes turns, while it is due itself, with a rotation to it that has failed for more than a day', () => {
    const [soon, later] = [anchor('cert_b', 'acme@2026', 20), anchor('cert_c', 'acme@2027', 25)];
    const inventory = inventoryOf([anchor('cert_old', 'acme@2025', 12), soon, later], {
      proj_a: ['cert_old'],
      proj_b: ['cert_b'],
    });
    const ready = client('web', 'proj_b', 'cert_b', 'cert_c');
    const pair = { retiring: 'cert_old', successor: 'cert_b' };
    const iso = (daysAgo: number) => new Date((NOW - daysAgo * DAY) * 1000).toISOString();
    const on = (day: number, memory: Partial<Memory>, about: Partial<Parameters<typeof plan>[0]> = {}) => {
      const planned = plan(
        facts({
          ...{
            inventory,
            now: NOW + day * DAY,
            clients: [client('api', 'proj_a', 'cert_old', 'cert_b'), ready],
          },
          ...about,
          memory: { soaks: [], cuts: [], begun: [], ...memory },
        }),
      );
      const waiting = planned.blocked.map((one) => one.anchor);
      return planned.successions
        .map((one) => `${one.retiring} ${one.successor}`)
        .concat(waiting)
        .join(', ');
    };
    const goes = 'cert_old cert_b, cert_b';
    const yields = 'cert_b cert_c, cert_old';
    const begun = [{ ...pair, begunAt: iso(2) }];
    expect(new Set([0, 1].map((day) => on(day, { begun })))).toEqual(new Set([goes, yields]));
    expect(new Set([0, 1].map((day) => on(day, { begun: [{ ...pair, begunAt: iso(0) }] })))).toEqual(
      new Set([goes]),
    );
    // A proven pair soaks, or has had a day for its cuts since.
    const soaking = [{ ...pair, provenAt: iso(7), soakUntil: iso(-1) }];
    expect(new Set([0, 1].map((day) => on(day, { begun, soaks: soaking })))).toEqual(new Set([goes]));
    const served = [{ ...pair, provenAt: iso(9), soakUntil: iso(2) }];
    expect(new Set([0, 1].map((day) => on(day, { soaks: served })))).toEqual(new Set([goes, yields]));
    // A compromised anchor waits for nothing (I16), until its runs have failed for days and nobody has named
    // it since.
    const leaked = (named: number) => ({
      compromised: { ids: new Set(['cert_old']), keys: new Set<string>() },
      allowances: [{ anchorId: 'cert_old', namedAt: iso(named), reason: 'its key leaked' }],
    });
    const begunAt = (daysAgo: number) => ({ begun: [{ ...pair, begunAt: iso(daysAgo) }] });
    const days = (begun: number, named: number) =>
      new Set([0, 1].map((day) => on(day, begunAt(begun), leaked(named))));
    expect(days(2, 2)).toEqual(new Set([goes]));
    expect(days(9, 1)).toEqual(new Set([goes]));
    expect(days(9, 9)).toEqual(new Set([goes, yields]));
  });

  it('says before anything is touched that the soak does not fit before an expiry (rule 5)', () => {
    const near = anchor('cert_near', 'beta@1', 4);
    const warned = (anchors: (typeof old)[], active: string[]) =>
      plan(
        facts({
          inventory: inventoryOf(anchors, { proj_a: active }),
          clients: [
            client('api', 'proj_a', 'cert_old', 'cert_new'),
            client('web', 'proj_a', 'cert_near', 'cert_next'),
          ],
        }),
      ).warnings?.filter((one) => one.includes('left of the soak')) ?? [];
    const all = [old, fresh, near, anchor('cert_next', 'beta@2', 500)];
    expect(warned(all, ['cert_old'])).toEqual([]);
    expect(warned(all, ['cert_old', 'cert_near'])).toEqual([
      expect.stringMatching(
        /^cert_near expires .*: P2D is left of the soak of P7D before cert_(old, cert_near|near, cert_old) are cut/,
      ),
    ]);
  });

  it('that was taken back gives way in an emergency to one that clients hold a leaf of, and to no other (I16, F16)', () => {
    const good = { ...anchor('cert_good', 'acme@2027', 500), createdAt: NOW - DAY };
    const at = new Date((NOW - 5 * DAY) * 1000).toISOString();
    const begun = [{ retiring: 'cert_old', successor: 'cert_new', begunAt: at, takenBackAt: at }];
    const slow = client('slow', 'proj_a', 'cert_old', 'cert_new');
    const web = client('web', 'proj_b', 'cert_old', 'cert_good');
    const chosen = (clients: (typeof slow)[]) =>
      plan(
        facts({
          inventory: inventoryOf([old, fresh, good], { proj_a: ['cert_old'], proj_b: ['cert_old'] }),
          clients,
          memory: { soaks: [], cuts: [], begun },
          request: { mode: 'emergency', anchors: ['cert_old'], reason: 'leaked' },
        }),
      ).successions;
    expect(chosen([slow, web])).toMatchObject([{ successor: 'cert_good' }]);
    expect(chosen([slow])).toMatchObject([{ successor: 'cert_new' }]);
  });

  it('that was taken back is the last choice, and none for a sweep; a run by hand takes it up however long ago that was', () => {
    const good = { ...anchor('cert_good', 'acme@2027', 500), createdAt: NOW - DAY };
    const at = new Date((NOW - 5 * DAY) * 1000).toISOString();
    const begun = [{ retiring: 'cert_old', successor: 'cert_new', begunAt: at, takenBackAt: at }];
    const memory = { soaks: [], cuts: [], begun };
    const clients = [
      client('slow', 'proj_a', 'cert_old', 'cert_new'),
      client('web', 'proj_b', 'cert_old', 'cert_good'),
    ];
    const trusted = { proj_a: ['cert_old'], proj_b: ['cert_old'] };
    const planned = (anchors: (typeof old)[], request: Request = scheduled) =>
      plan(facts({ inventory: inventoryOf(anchors, trusted), clients, memory, request }));
    expect(planned([old, fresh]).blocked[0]?.reason).toMatch(/cert_new was made active .* taken back on/);
    expect(planned([old, fresh, good]).successions).toMatchObject([{ successor: 'cert_good' }]);
    expect(planned([old, fresh], { mode: 'manual' }).successions).toMatchObject([{ successor: 'cert_new' }]);
    const other = anchor('cert_x', 'other@1', 3);
    const next = anchor('cert_y', 'other@2', 300);
    const beside = plan(
      facts({
        inventory: inventoryOf([old, fresh, other, next], { ...trusted, proj_c: ['cert_x'] }),
        clients: [...clients, client('far', 'proj_c', 'cert_x', 'cert_y')],
        memory,
        request: { mode: 'manual' },
      }),
    );
    expect(beside.successions.map(({ successor }) => successor).toSorted()).toEqual(['cert_new', 'cert_y']);
  });

  it('is the one that clients run on, and no newer upload redirects a rotation', () => {
    const newer = { ...anchor('cert_c', 'acme@2027', 900), createdAt: NOW - DAY };
    const running = [client('a', 'proj_a', 'cert_new'), client('b', 'proj_a', 'cert_new')];
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh, newer], { proj_a: ['cert_old', 'cert_new'] }),
        clients: running,
      }),
    );
    expect(planned.successions).toMatchObject([{ retiring: 'cert_old', successor: 'cert_new' }]);
  });

  it('is the one that was begun while anybody can move to it, or was moved by it, then the one that most have staged', () => {
    const newer = { ...anchor('cert_c', 'acme@2027', 900), createdAt: NOW - DAY };
    const inventory = inventoryOf([old, fresh, newer], { proj_a: ['cert_old'] });
    expect(plan(facts({ inventory })).successions[0]?.successor).toBe('cert_new');
    const begun = [
      { retiring: 'cert_old', successor: 'cert_new', begunAt: new Date(NOW * 1000).toISOString() },
    ];
    const clients = [client('api', 'proj_a', 'cert_old', 'cert_c')];
    expect(plan(facts({ inventory, clients })).successions[0]?.successor).toBe('cert_c');
    const memory = { soaks: [], cuts: [], begun };
    const chosen = (...holding: typeof clients) =>
      plan(facts({ inventory, clients: [...clients, ...holding], memory })).successions[0]?.successor;
    expect(chosen(client('web', 'proj_a', 'cert_old', 'cert_new'))).toBe('cert_new');
    const moved = {
      ...client('web', 'proj_a', 'cert_new'),
      previous: client('web', 'proj_a', 'cert_old').running,
    };
    const blocked = plan(facts({ inventory, clients: [...clients, moved], memory })).blocked;
    expect(blocked[0]?.reason).toContain('stage a leaf for client api that chains to cert_new');
    // No client has a leaf of that successor to move to. The client that runs on it was not moved by this
    // pair, so waiting would never end.
    expect(chosen()).toBe('cert_c');
    const others = [client('two', 'proj_b', 'cert_c'), client('three', 'proj_b', 'cert_c')];
    expect(chosen(client('web', 'proj_b', 'cert_new'), ...others)).toBe('cert_c');
    expect(plan(facts({ inventory, memory })).successions[0]?.successor).toBe('cert_new');
  });

  it('is never a lower generation, or an earlier upload, by its date alone', () => {
    const dated = { ...old, createdAt: NOW - 300 * DAY };
    const older = { ...anchor('cert_z', 'acme@2015', 3_000), createdAt: NOW - 30 * DAY };
    const earlier = { ...anchor('cert_z', 'acme@x', 3_000), createdAt: NOW - 400 * DAY };
    for (const spare of [older, earlier]) {
      expect(withAnchors(dated, spare, fresh).successions[0]?.successor).toBe('cert_new');
      expect(withAnchors(dated, spare)).toMatchObject({ decision: 'blocked' });
    }
  });

  it('is named where it differs from the authority only by what nobody sees', () => {
    for (const name of ['Acme@2026', 'acme\u200b@2026', 'ac\u00adme@2026']) {
      const planned = withAnchors(old, anchor('cert_x', name, 400));
      expect(planned.blocked[0]?.reason).toMatch(/cert_x .*differs from it only by case, Unicode form/);
    }
  });

  it('that becomes valid later is said with its date, and the next run comes then (rule 6)', () => {
    const planned = withAnchors(old, { ...fresh, validAt: NOW + 3 * DAY });
    expect(planned.blocked[0]).toMatchObject({ readyAt: NOW + 3 * DAY });
    expect(planned.blocked[0]?.reason).toContain('is not valid before 2026-11-26');
    // On the day itself, the reason has the time too.
    const today = withAnchors(old, { ...fresh, validAt: NOW + 300 });
    expect(today.blocked[0]?.reason).toContain(
      `is not valid before ${new Date((NOW + 300) * 1000).toISOString()}`,
    );
    expect(Date.parse(planned.nextRotationAt ?? '') / 1000).toBe(NOW + 3 * DAY);
    // EventBridge may refuse a time that is almost past.
    const soon = withAnchors(old, { ...fresh, validAt: NOW + 38 });
    expect(Date.parse(soon.nextRotationAt ?? '') / 1000).toBe(NOW + 300);
  });

  it('may be named outright by policy, across authorities', () => {
    const beta = anchor('cert_beta', 'beta@1', 300);
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh, beta], { proj_a: ['cert_old'] }),
        policy: policyOf({ successions: { cert_old: 'cert_beta' } }),
        clients: [client('api', 'proj_a', 'cert_old', 'cert_beta')],
      }),
    );
    expect(planned.successions[0]?.successor).toBe('cert_beta');
  });

  it('of a nameless anchor has to be named by policy', () => {
    const nameless = anchor('cert_old', null, 10);
    const planned = plan(facts({ inventory: inventoryOf([nameless, fresh], { proj_a: ['cert_old'] }) }));
    expect(planned.blocked[0]?.reason).toContain('policy.successions');
  });
});

describe('a name that says too little', () => {
  const reasonFor = (name: string) => {
    const odd = { ...anchor('cert_old', 'acme@2025', 10), name };
    return plan(facts({ inventory: inventoryOf([odd], { proj_a: ['cert_old'] }) })).blocked[0]?.reason;
  };

  it('has no authority, which is another thing than no name', () => {
    expect(reasonFor('@1')).toContain('the name of cert_old, "@1", has no authority before its @');
    expect(reasonFor(' ')).toContain('cert_old has no name');
  });

  it('holds characters that nobody sees or types: rename it', () => {
    expect(reasonFor('ac\u0000me\u200b@2025')).toContain(
      'its name holds invisible characters (ac[U+0000]me[U+200B]@2025): rename it authority@generation',
    );
  });
});

describe('clients', () => {
  it('block their succession until a leaf of the successor is staged, and say which', () => {
    const planned = plan(facts({ clients: [client('api', 'proj_a', 'cert_old')] }));
    expect(planned.decision).toBe('blocked');
    expect(planned.blocked[0]?.reason).toContain(
      'stage a leaf for client api that chains to cert_new (acme@2026)',
    );
  });

  it('are told the label that their next leaf waits at', () => {
    const unstaged = client('api', 'proj_a', 'cert_old');
    const reasonOf = (one: typeof unstaged) =>
      plan(facts({ clients: [one] }))
        .blocked.map(({ reason }) => reason)
        .join();
    expect(reasonOf(unstaged)).toContain('no leaf is staged as AWSPENDING');
    expect(reasonOf({ ...unstaged, stagedLabel: 'windlass-next' })).toContain(
      'no leaf is staged as windlass-next',
    );
  });

  it('with an unusable staged leaf block it with the reason', () => {
    const api = client('api', 'proj_a', 'cert_old', 'cert_new');
    const bad = { ...leaf('x', 'cert_new'), problems: ['has no Authority Key Identifier'] };
    const planned = plan(facts({ clients: [{ ...api, staged: bad }] }));
    expect(planned.blocked[0]?.reason).toContain('has no Authority Key Identifier');
  });

  it('do not hold up another succession', () => {
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh, anchor('b1', 'beta@1', 5), anchor('b2', 'beta@2', 500)], {
          proj_a: ['cert_old', 'b1'],
        }),
        clients: [client('api', 'proj_a', 'cert_old', 'cert_new'), client('batch', 'proj_a', 'b1')],
      }),
    );
    expect(planned.decision).toBe('rotate');
    expect(planned.blocked.map(({ anchor }) => anchor)).toEqual(['b1']);
  });

  it('that were promoted by an earlier run are ready as they are, and promoted no more', () => {
    const planned = plan(facts({ clients: [client('api', 'proj_a', 'cert_new')] }));
    expect(planned.decision).toBe('rotate');
    expect(planned.promotions).toEqual([]);
  });

  it('prove revocation by their old leaf, except where the organization still trusts it', () => {
    const planned = plan(
      facts({ inventory: inventoryOf([old, fresh], { organization: ['cert_old'], proj_a: ['cert_old'] }) }),
    );
    const checks = Object.fromEntries(
      planned.waves.flatMap((w) => w.scopes.map((s) => [s.scope, s.checks[0]])),
    );
    expect(checks.proj_a?.retiringLeaf).toBeUndefined();
    expect(checks.organization?.retiringLeaf).toBe('api:cert_old');
  });

  it('keep the proof of each old leaf where several anchors retire in favour of one', () => {
    const older = anchor('cert_older', 'acme@2024', 5);
    const planned = plan(
      facts({
        inventory: inventoryOf([older, old, fresh], { proj_a: ['cert_older', 'cert_old'] }),
        clients: [
          client('a', 'proj_a', 'cert_older', 'cert_new'),
          client('b', 'proj_a', 'cert_old', 'cert_new'),
        ],
      }),
    );
    const checks = planned.waves[0]?.scopes[0]?.checks ?? [];
    expect(checks.map((check) => [check.client, check.retiringLeaf])).toEqual([
      ['a', 'a:cert_older'],
      ['b', 'b:cert_old'],
    ]);
  });

  it('that are about to move prove nothing by the leaf that they leave', () => {
    const anchors = [old, fresh, anchor('b1', 'beta@1', 5), anchor('b2', 'beta@2', 500)];
    const inventory = inventoryOf(anchors, { proj_a: ['cert_old', 'b1'] });
    const gateway = client('gateway', 'proj_a', 'b2', 'cert_new');
    expect(plan(facts({ inventory, clients: [gateway] })).blocked[0]?.reason).toContain(
      'no configured client can prove b2 in proj_a',
    );
    const planned = plan(facts({ inventory, clients: [gateway, client('api', 'proj_a', 'b2')] }));
    expect(planned.waves[0]?.scopes[0]?.checks.map(({ client, leaf }) => [client, leaf])).toEqual([
      ['gateway', 'gateway:cert_new'],
      ['api', 'api:b2'],
    ]);
  });

  it('of every project prove an anchor of the organization', () => {
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh], { organization: ['cert_old'] }, ['proj_a', 'proj_b']),
        clients: [
          client('a', 'proj_a', 'cert_old', 'cert_new'),
          client('b', 'proj_b', 'cert_old', 'cert_new'),
        ],
      }),
    );
    expect(planned.waves[0]?.scopes[0]?.checks.map((check) => check.client)).toEqual(['a', 'b']);
  });

  it('are demanded in every scope under probe evidence, with both remedies named', () => {
    const planned = plan(facts({ clients: [] }));
    expect(planned.decision).toBe('blocked');
    expect(planned.blocked[0]?.reason).toMatch(/proj_a, .*configure a client.*policy\.listingScopes/);
    expect(plan(facts({ clients: [], policy: policyOf({ listingScopes: ['proj_a'] }) }))).toMatchObject({
      decision: 'rotate',
      waves: [{ scopes: [{ scope: 'proj_a', evidence: 'listing' }] }],
    });
    expect(plan(facts({ clients: [], policy: policyOf({ evidence: 'listing' }) })).decision).toBe('rotate');
  });
});

describe('waves', () => {
  it('go canary, projects, organization, and only where the retiring anchor is active', () => {
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh], {
          organization: ['cert_old'],
          proj_a: ['cert_old'],
          proj_b: ['cert_old'],
          proj_c: ['cert_new'],
        }),
        policy: policyOf({ canary: ['proj_b'], evidence: 'listing' }),
        clients: [],
      }),
    );
    expect(planned.waves.map(({ name, scopes }) => [name, scopes.map(({ scope }) => scope)])).toEqual([
      ['canary', ['proj_b']],
      ['projects', ['proj_a']],
      ['organization', ['organization']],
    ]);
  });

  it('have every canary in the first, and as many scopes as there are, however few are handled at once', () => {
    const projects = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`proj_${i}`, ['cert_old']]));
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh], { organization: ['cert_old'], ...projects }),
        policy: policyOf({ canary: ['proj_5', 'proj_6'], concurrency: 3, evidence: 'listing' }),
        clients: [],
      }),
    );
    expect(planned.waves.map(({ name, scopes }) => [name, scopes.length])).toEqual([
      ['canary', 2],
      ['projects', 5],
      ['organization', 1],
    ]);
  });

  it('grow: ten projects, a hundred, and then the rest, the organization last, whatever their number', () => {
    const projects = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`proj_${i}`, ['cert_old']]));
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh], { organization: ['cert_old'], ...projects }),
        policy: policyOf({ evidence: 'listing' }),
        clients: [],
      }),
    );
    expect(planned.waves.map(({ name, scopes }) => [name, scopes.length])).toEqual([
      ['projects', 10],
      ['projects', 100],
      ['projects', 290],
      ['organization', 1],
    ]);
  });

  const crowd = (size: number, staged?: string) =>
    Array.from({ length: size }, (_, i) =>
      client(`client-${i}-of-the-checkout`, 'proj_a', 'cert_old', staged),
    );

  it('says of many clients that block it who the first are, and how many more', () => {
    const planned = plan(facts({ clients: crowd(800) }));
    expect(planned.decision).toBe('blocked');
    expect(planned.summary).toContain('client-4-of-the-checkout runs on');
    expect(planned.summary).toContain('and 795 more clients');
    expect(JSON.stringify(toldIn(planned)).length).toBeLessThan(4 * 1024);
  });
});

describe('the next rotation', () => {
  it('is the earliest due among the anchors that will be active, held and retiring ones aside', () => {
    const planned = plan(
      facts({
        inventory: inventoryOf([old, fresh, anchor('h', 'held@1', 40), anchor('o', 'other@1', 100)], {
          proj_a: ['cert_old', 'h', 'o'],
        }),
        policy: policyOf({ hold: ['h'] }),
      }),
    );
    expect(planned.nextRotationAt).toBe(new Date((NOW + 70 * DAY) * 1000).toISOString());
  });

  it('comes later each time for a client that nobody can let in again, and never later than the next anchor is due', () => {
    const outside = {
      ...client('billing', 'proj_a', 'cert_new'),
      previous: leaf('before', 'cert_other'),
    };
    const nextOf = (failingFor?: number, otherDays = 300) => {
      const other = anchor('cert_other', 'other@1', otherDays);
      const since =
        failingFor === undefined ? {} : { failingSince: new Date((NOW - failingFor) * 1000).toISOString() };
      const planned = plan(
        facts({
          inventory: inventoryOf([fresh, other], { proj_a: ['cert_other'] }),
          request: { mode: 'scheduled', ...since },
          compromised: { ids: new Set(['cert_new']), keys: new Set() },
          clients: [outside],
        }),
      );
      expect(planned).toMatchObject({ decision: 'blocked', isPressing: true });
      return Date.parse(planned.nextRotationAt ?? '') / 1000 - NOW;
    };
    expect([nextOf(), nextOf(600), nextOf(DAY)]).toEqual([300, 900, 3_600]);
    expect(nextOf(DAY, 30 + 1 / 48)).toBe(1_800);
  });

  it('comes right after a run that soaks where what it leaves blocked may be ready by then, and expires before the sweep', () => {
    const nextOf = (days: number, ...hold: string[]) => {
      const lone = anchor('cert_lone', 'lone@1', days);
      const inventory = inventoryOf([old, fresh, lone], { proj_a: ['cert_old'], proj_b: ['cert_lone'] });
      const clients = [client('api', 'proj_a', 'cert_old', 'cert_new')];
      const planned = plan(facts({ inventory, clients, policy: policyOf({ soak: 'P7D', hold }) }));
      expect(planned.decision).toBe('rotate');
      return Date.parse(planned.nextRotationAt ?? '') / 1000 - NOW;
    };
    expect(nextOf(7.5)).toBe(300);
    expect(nextOf(9)).toBeGreaterThan(DAY);
    // Only a deployment lifts a hold.
    expect(nextOf(7.5, 'cert_lone')).toBeGreaterThan(DAY);
  });

  it('comes within minutes for what is compromised and blocked, whoever started this run, and later each time', () => {
    const compromised = { ids: new Set(['cert_lone']), keys: new Set<string>() };
    const lone = anchor('cert_lone', 'lone@1', 300);
    const inventory = inventoryOf([lone], { proj_a: ['cert_lone'] });
    const nextOf = (request: Request, allowances: readonly CompromisedMemory[]) => {
      const planned = plan(facts({ inventory, request, compromised, allowances, clients: [] }));
      expect(planned.decision).toBe('blocked');
      return planned.nextRotationAt && Date.parse(planned.nextRotationAt) / 1000 - NOW;
    };
    const at = (seconds: number) => new Date((NOW - seconds) * 1000).toISOString();
    const named = (...ago: number[]) => ago.map((one) => ({ anchorId: 'cert_lone', namedAt: at(one) }));
    expect(nextOf({ mode: 'manual' }, named(0))).toBe(300);
    expect(nextOf({ mode: 'manual' }, named(DAY, 600))).toBe(900);
    expect(nextOf(scheduled, named(3_600))).toBe(3_900);
    // The anchor was named again.
    const again = [{ anchorId: 'cert_lone', namedAt: at(30 * DAY), lastNamedAt: at(600) }];
    expect(nextOf(scheduled, again)).toBe(900);
    // The daily sweep comes as soon.
    expect(nextOf(scheduled, named(DAY))).toBeNull();
  });

  it('is not set for what is compromised and held: only a deployment lifts a hold', () => {
    const compromised = { ids: new Set(['cert_old']), keys: new Set<string>() };
    const policy = policyOf({ hold: ['cert_old'] });
    const planned = plan(
      facts({ inventory: inventoryOf([old], { proj_a: ['cert_old'] }), compromised, policy, clients: [] }),
    );
    expect(planned).toMatchObject({ decision: 'blocked', nextRotationAt: null });
  });

  it('is nobody’s while all that is due is blocked: the daily sweep looks again', () => {
    const planned = plan(facts({ inventory: inventoryOf([old], { proj_a: ['cert_old'] }), clients: [] }));
    expect(planned).toMatchObject({ decision: 'blocked', nextRotationAt: null });
  });
});

describe('a listing that may have changed its meaning', () => {
  const scopes = (...lists: string[][]) => Object.fromEntries(lists.map((ids, i) => [`proj_${i}`, ids]));
  const warnings = (organization: string[], ...lists: string[][]) =>
    plan(
      facts({ inventory: inventoryOf([old, fresh], { organization, ...scopes(...lists) }), clients: [] }),
    ).warnings?.filter((one) => one.includes('the meaning of the list')) ?? [];

  it('is said where every project shows all that the organization has, beside its own', () => {
    const both = ['cert_old', 'cert_new'];
    expect(warnings(['cert_old'], ['cert_old'], both, ['cert_old'])).toHaveLength(1);
  });

  it.each<[string, string[], string[][]]>([
    ['one project lacks one', ['cert_old'], [['cert_old'], ['cert_new'], ['cert_old']]],
    ['the organization has none', [], [['cert_old'], ['cert_old'], ['cert_old']]],
    ['there are but two projects', ['cert_old'], [['cert_old'], ['cert_old']]],
  ])('is not where %s', (_where, organization, lists) => {
    expect(warnings(organization, ...lists)).toEqual([]);
  });
});

describe('an anchor that is active before it is valid', () => {
  it('is told of: nobody gets in by it until then', () => {
    const early = { ...fresh, validAt: NOW + DAY };
    const told = (validAt: number) =>
      plan(
        facts({
          inventory: inventoryOf([{ ...early, validAt }], { proj_a: ['cert_new'] }),
          clients: [],
        }),
      ).warnings?.filter((one) => one.includes('not valid before'));
    expect(told(NOW + DAY)).toEqual([
      'cert_new is active in proj_a, and not valid before 2026-11-24T00:00:00.000Z: until then nobody gets in by it',
    ]);
    expect(told(NOW) ?? []).toEqual([]);
  });
});

describe('names the organization does not have', () => {
  it.each([
    ['a hold', { policy: policyOf({ hold: ['cert_typo'] }) }, /policy\.hold\.0: cert_typo/],
    ['a pair', { policy: policyOf({ successions: { cert_old: 'cert_no' } }) }, /cert_no/],
    ['a canary', { policy: policyOf({ canary: ['proj_no'] }) }, /policy\.canary\.0: proj_no/],
    ['a client', { clients: [client('api', 'proj_no')] }, /clients\.api\.project: proj_no/],
    ['a blank that nobody sees', { policy: policyOf({ hold: ['cert_old '] }) }, /hold\.0: "cert_old "/],
    ['a character of no width', { policy: policyOf({ hold: ['cert_old\u200b'] }) }, /"cert_old\\u200b"/],
  ])('stop nobody, and are warned of: %s', (_what, overrides, message) => {
    expect(checkNames(facts(overrides)).warnings.join('. ')).toMatch(message);
  });

  it('shows why a hold on such a name waits, though nobody sees what is wrong with it', () => {
    const lost = { anchorId: 'cert_old\u200b', authority: null };
    expect(waitsForHold([lost], 'acme')).toMatch(
      /^policy\.hold names "cert_old\\u200b", which does not exist/,
    );
  });

  it.each([
    ['anchors', { anchors: ['cert_zz'] }, 'UnknownAnchor', /request\.anchors\.0: cert_zz/],
    ['leaveBehind', { leaveBehind: ['nobody'] }, 'InvalidRequest', /request\.leaveBehind\.0: nobody/],
    ['onListing', { onListing: ['proj_no'] }, 'UnknownProject', /request\.onListing\.0: proj_no/],
    [
      'all scopes in a list',
      { onListing: ['all'] },
      'UnknownProject',
      /"onListing": "all", without brackets/,
    ],
  ])('stop an emergency that names them: %s', (_what, named, name, message) => {
    const request: Request = { mode: 'emergency', anchors: ['cert_old'], reason: 'x', ...named };
    expect(() => checkNames(facts({ request }))).toThrow(expect.objectContaining({ name }));
    expect(() => checkNames(facts({ request }))).toThrow(message);
  });

  it('are named all at once', () => {
    const policy = policyOf({ hold: ['cert_typo'], canary: ['proj_no'] });
    expect(checkNames(facts({ policy })).warnings.join('. ')).toMatch(
      /policy\.hold\.0: cert_typo.*policy\.canary\.0: proj_no/,
    );
  });

  it('in a hold keep the scheduled cuts of its authority waiting, or all where nobody knows it, and no emergency', () => {
    const policy = policyOf({ hold: ['cert_gone'] });
    const about = (lastName: string | null, request: Request = scheduled) => {
      const names = checkNames(facts({ policy, request }), new Map([['cert_gone', lastName]]));
      return plan({ ...facts({ policy, request }), ...names });
    };
    const emergency: Request = { mode: 'emergency', anchors: ['cert_old'], reason: 'leaked' };
    const held = (planned: ReturnType<typeof plan>) =>
      planned.waves[0]?.scopes[0]?.successions[0]?.held ?? false;
    expect(held(about('acme@2024'))).toBe(true);
    expect(held(about(null))).toBe(true);
    expect(about(null).blocked[0]?.reason).toContain('policy.hold names cert_gone, which does not exist');
    expect(held(about('beta@1'))).toBe(false);
    expect(held(about(null, emergency))).toBe(false);
  });
});

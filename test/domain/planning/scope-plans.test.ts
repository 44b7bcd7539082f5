import { describe, expect, it } from 'vitest';
import { withLaterNeeds } from '../../../lambdas/domain/planning/later-needs.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [older, old] = [anchor('cert_older', 'acme@2024', 5), anchor('cert_old', 'acme@2025', 10)];
const [fresh, keel] = [anchor('cert_new', 'acme@2026', 400), anchor('cert_keel', 'keel@1', 400)];
const all = [older, old, fresh, keel];
const before = (hours: number) => new Date((NOW - hours * 3_600) * 1000).toISOString();
/** The marks by which a leaf is placed. `keyOf` gives an anchor the key of another, and `nameOf` its name. */
const marksOf = (keyOf: Record<string, string> = {}, nameOf: Record<string, string> = {}) =>
  new Map(
    all.map(({ anchorId }) => {
      const key = keyOf[anchorId] ?? anchorId;
      const subject = nameOf[anchorId] ?? anchorId;
      return [anchorId, { key, keyId: `id of ${key}`, subject, exactly: subject }];
    }),
  );

function planned(
  clients: ReturnType<typeof client>[],
  {
    active = ['cert_old', 'cert_keel'],
    elsewhere = ['cert_old', 'cert_keel'],
    marks = marksOf(),
    cuts = [] as string[],
  } = {},
) {
  const inventory = inventoryOf(all, { proj_a: active, proj_b: elsewhere });
  const decided = plan({
    inventory,
    policy: policyOf({ evidence: 'listing' }),
    request: { mode: 'scheduled' },
    now: NOW,
    clients,
    memory: {
      // The soaks are served, so the cut is made beside the cuts that are only confirmed.
      soaks: cuts.map(() => ({
        ...{ retiring: 'cert_old', successor: 'cert_new' },
        ...{ provenAt: before(7), soakUntil: before(1) },
      })),
      cuts: cuts.map((scope) => ({
        ...{ scope, retiring: 'cert_old', successor: 'cert_new', compromised: false },
        cutAt: before(1),
      })),
    },
  });
  const { waves } = withLaterNeeds(
    decided,
    { marks, inventory, clients },
    { policy: policyOf(), settles: true },
  );
  return Object.fromEntries(waves.flatMap(({ scopes }) => scopes.map((scope) => [scope.scope, scope])));
}

const api = client('api', 'proj_a', 'cert_old', 'cert_new');
const search = client('search', 'proj_a', 'cert_keel');

describe('who was moved onto what is cut', () => {
  it('is told by the keys of what is yet to be cut in the scope', () => {
    expect(planned([api, search]).proj_a?.retiringIssuers).toEqual([
      { key: 'cert_old', subject: 'cert_old' },
    ]);
  });

  it('is not told by what is held there: nobody is locked out by a cut that is not made (I17)', () => {
    const scopes = planned([api, search, client('stuck', 'proj_a', 'cert_old')]);
    expect(scopes.proj_a?.successions).toMatchObject([{ retiring: 'cert_old', held: true }]);
    expect(scopes.proj_a).not.toHaveProperty('retiringIssuers');
  });

  it('is told by the successor’s key, but not where the retiring anchor has it as well: its leaf may be put back', () => {
    const check = (scopes: ReturnType<typeof planned>) => scopes.proj_a?.checks[0];
    expect(check(planned([api]))).toMatchObject({ successorKeyId: 'id of cert_new' });
    const marks = marksOf({ cert_new: 'cert_old' });
    expect(check(planned([api], { marks }))).not.toHaveProperty('successorKeyId');
  });

  it('is not told by what another anchor lets in as well, key and name, unless that one lets nobody in', () => {
    const of = (id: string) => {
      const marks = marksOf({ [id]: 'cert_old' }, { [id]: 'cert_old' });
      return planned([api, search], { marks }).proj_a?.retiringIssuers;
    };
    expect(of('cert_keel')).toBeUndefined();
    expect(of('cert_new')).toBeUndefined();
    expect(of('cert_older')).toHaveLength(1);
  });

  it('is told, though the same CA was uploaded twice and the second upload lets others in, in another project (I1)', () => {
    const marks = marksOf({ cert_older: 'cert_old' }, { cert_older: 'cert_old' });
    const there = planned([api, search], { marks, elsewhere: ['cert_older', 'cert_keel'] });
    expect(there.proj_a?.retiringIssuers).toEqual([{ key: 'cert_old', subject: 'cert_old' }]);
  });

  it('is told, though another anchor has the key alone: a host looks for the name as well', () => {
    const there = planned([api, search], { marks: marksOf({ cert_keel: 'cert_old' }) });
    expect(there.proj_a?.retiringIssuers).toEqual([{ key: 'cert_old', subject: 'cert_old' }]);
  });

  it('is not told by a leaf that stood below such a key already, and is by the others (I1)', () => {
    const between = { ...leaf('between', 'cert_keel'), chainsTo: ['cert_keel', 'cert_old'] };
    const { proj_a } = planned([api, { ...search, running: between }]);
    expect(proj_a).toMatchObject({
      retiringIssuers: [{ key: 'cert_old', subject: 'cert_old' }],
      keeping: { search: 'between' },
    });
  });

  it('nor by one that leads nowhere by its key identifier, though that key and name have signed it', () => {
    const elsewhere = { ...leaf('elsewhere', 'cert_keel'), chainsTo: ['cert_keel'] };
    const { proj_a } = planned([api, { ...search, running: elsewhere }]);
    expect(proj_a?.keeping).toEqual({ search: 'elsewhere' });
  });

  it('nor by that of a client on what is cut there already, though it is yet to come in another project', () => {
    const stranded = client('stranded', 'proj_a', 'cert_old');
    const scopes = planned([stranded, client('moved', 'proj_b', 'cert_new')], {
      active: ['cert_new', 'cert_keel'],
      cuts: ['proj_a'],
    });
    expect(scopes.proj_a?.successions).toMatchObject([{ retiring: 'cert_old', stranded: ['stranded'] }]);
    expect(scopes.proj_b?.successions[0]).not.toHaveProperty('stranded');
    expect(scopes.proj_a?.keeping).toHaveProperty('stranded');
    expect(scopes.proj_b?.retiringIssuers).toEqual([{ key: 'cert_old', subject: 'cert_old' }]);
  });
});

describe('the leaf that must be refused after the cut', () => {
  it('is the one a client runs on before the one it ran on before: that one no version holds once it is moved', () => {
    const moved = { ...api, previous: leaf('api:cert_older', 'cert_older') };
    const checks = planned([moved], { active: ['cert_older', 'cert_old'] }).proj_a?.checks;
    expect(checks?.map((check) => [check.successor, check.retiringLeaf])).toEqual([
      ['cert_new', 'api:cert_old'],
    ]);
  });
});

describe('the old leaf that has to be refused after a cut', () => {
  it('is none that would be refused anyway: a broken version before the current one proves nothing (I9, I17)', () => {
    const api = client('api', 'proj_a', 'cert_new');
    const [running, broken] = [
      leaf('old', 'cert_old'),
      { ...leaf('old', 'cert_old'), problems: ['no key of it'] },
    ];
    const checkOf = (previous: typeof running) =>
      plan({
        inventory: inventoryOf(all, { proj_a: ['cert_old'] }),
        policy: policyOf(),
        request: { mode: 'scheduled' },
        now: NOW,
        clients: [{ ...api, previous }],
      }).waves[0]?.scopes[0]?.checks[0];
    expect(checkOf(running)).toMatchObject({ client: 'api', retiringLeaf: 'old' });
    expect(checkOf(broken)).toMatchObject({ client: 'api' });
    expect(checkOf(broken)).not.toHaveProperty('retiringLeaf');
  });
});

describe('an anchor whose certificate could not be read', () => {
  it('is not cut under a client that leads to an upload of its key which lets nobody in (I9)', () => {
    const twin = anchor('cert_twin', 'acme@2025b', 10);
    const keys = new Map(['cert_twin', 'cert_new'].map((id) => [id, { digest: id, vouchesFor: [] }]));
    const decided = (authority: string, runsOn = 'cert_twin') =>
      plan({
        inventory: inventoryOf([old, twin, fresh, keel], { proj_a: ['cert_old'] }),
        policy: policyOf({ evidence: 'listing' }),
        request: { mode: 'scheduled' },
        now: NOW,
        clients: [{ ...client('api', 'proj_a', runsOn), authority }],
        keys,
      });
    const held = decided('acme');
    expect(held.blocked).toMatchObject([{ anchor: 'cert_old', client: 'api' }]);
    expect(held.blocked[0]?.reason).toContain('whose certificate could not be read');
    // The client's leaf leads to acme, which counts more than the authority that the configuration states.
    expect(decided('keel').blocked).toMatchObject([{ anchor: 'cert_old', client: 'api' }]);
    expect(decided('keel', 'cert_keel').blocked).toEqual([]);
  });
});

describe('whom a second cut would lock out', () => {
  it('is nobody whom the succession of another authority moves in the same run', () => {
    const keelNext = anchor('cert_keel2', 'keel@2', 500);
    const keelDue = anchor('cert_keel', 'keel@1', 10);
    const validUntil = { cert_old: old.expiresAt, cert_keel: old.expiresAt };
    const both = { ...leaf('both', 'cert_old'), chainsTo: ['cert_old', 'cert_keel'], validUntil };
    const moved = { ...client('both', 'proj_a', 'cert_old', 'cert_keel2'), running: both };
    const decided = plan({
      inventory: inventoryOf([old, fresh, keelDue, keelNext], { proj_a: ['cert_old', 'cert_keel'] }),
      policy: policyOf({ evidence: 'listing' }),
      request: { mode: 'scheduled' },
      now: NOW,
      clients: [moved],
    });
    expect(decided.promotions).toMatchObject([{ client: 'both' }]);
    const successions = decided.waves.flatMap(({ scopes }) => scopes.flatMap((one) => one.successions));
    expect(successions).toHaveLength(2);
    expect(successions.filter(({ stranded }) => stranded)).toEqual([]);
  });
});

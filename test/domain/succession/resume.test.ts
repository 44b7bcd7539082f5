import { describe, expect, it } from 'vitest';
import { unconfirmedCuts } from '../../../lambdas/domain/cut/unconfirmed.ts';
import type { CutMemory, SoakMemory } from '../../../lambdas/domain/memory/journal.ts';
import { soakForRun } from '../../../lambdas/domain/memory/soak.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const anchors = [
  anchor('a1', 'acme@1', 25),
  anchor('a2', 'acme@2', 400),
  anchor('b1', 'beta@1', 10),
  anchor('b2', 'beta@2', 400),
];
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const soak = (retiring: string, successor: string, untilDays: number): SoakMemory => ({
  retiring,
  successor,
  provenAt: iso(NOW + (untilDays - 7) * DAY),
  soakUntil: iso(NOW + untilDays * DAY),
});
const cut = (overrides: Partial<CutMemory> = {}): CutMemory => ({
  scope: 'proj_a',
  retiring: 'a1',
  successor: 'a2',
  cutAt: iso(NOW - 60),
  compromised: false,
  ...overrides,
});
const facts = (overrides: Partial<Parameters<typeof plan>[0]> = {}) => ({
  inventory: inventoryOf(anchors, { proj_a: ['a1', 'b1'] }),
  policy: policyOf({ evidence: 'listing' }),
  request: { mode: 'scheduled' } as Request,
  now: NOW,
  clients: [],
  ...overrides,
});
const retiring = (planned: ReturnType<typeof plan>) => planned.successions.map((one) => one.retiring);

describe('a run after one that stopped', () => {
  it('finishes first what has served its soak, and takes the rest right after', () => {
    const planned = plan(facts({ memory: { soaks: [soak('a1', 'a2', 0)], cuts: [] } }));
    expect(retiring(planned)).toEqual(['a1']);
    expect(planned.nextRotationAt).toBe(iso(NOW + 300));
  });

  it('lets others go ahead of a cut, or a served soak, that has gone on failing for days (rule 3)', () => {
    const inventory = inventoryOf(anchors, { proj_a: ['a2', 'b1'] });
    const stuck = { soaks: [], cuts: [cut({ cutAt: iso(NOW - 4 * DAY) })] };
    const planned = plan(facts({ inventory, memory: stuck }));
    expect(retiring(planned)).toEqual(['b1']);
    expect(planned.nextRotationAt).toBe(iso(NOW + 300));
    const alone = plan(facts({ inventory: inventoryOf(anchors, { proj_a: ['a2'] }), memory: stuck }));
    expect(retiring(alone)).toEqual(['a1']);

    const late = plan(facts({ memory: { soaks: [soak('a1', 'a2', -4)], cuts: [] } }));
    expect(retiring(late)).toEqual(['b1']);
    expect(late.nextRotationAt).toBe(iso(NOW + 300));
    const soaks = [soak('a1', 'a2', -4)];
    const last = facts({
      inventory: inventoryOf(anchors, { proj_a: ['a1', 'a2'] }),
      memory: { soaks, cuts: [] },
    });
    expect(retiring(plan(last))).toEqual(['a1']);
  });

  it('lets others go ahead of what has been begun for days and is proven nowhere (rule 3)', () => {
    const begun = (days: number, ...ids: string[]) =>
      ids.map((id) => ({ retiring: `${id}1`, successor: `${id}2`, begunAt: iso(NOW - days * DAY) }));
    const of = (...known: ReturnType<typeof begun>) =>
      plan(facts({ memory: { soaks: [], cuts: [], begun: known } }));
    expect(retiring(of(...begun(2, 'a')))).toEqual(['a1', 'b1']);
    const stuck = of(...begun(4, 'a'));
    expect([retiring(stuck), stuck.nextRotationAt]).toEqual([['b1'], iso(NOW + 300)]);
    expect(retiring(of(...begun(4, 'a', 'b')))).toEqual(['a1', 'b1']);
  });

  it('names what lets the others go ahead, and lets it take turns before it could not wait for another soak (I13)', () => {
    const begun = [{ retiring: 'a1', successor: 'a2', begunAt: iso(NOW - 4 * DAY) }];
    const on = (day: number, days: number) => {
      const all = [anchor('a1', 'acme@1', days), ...anchors.slice(1)];
      const inventory = inventoryOf(all, { proj_a: ['a1', 'b1'] });
      const planned = plan(
        facts({ inventory, now: NOW + day * DAY, memory: { soaks: [], cuts: [], begun } }),
      );
      return [retiring(planned), planned.blocked.map((one) => one.anchor)];
    };
    // Two soaks of seven days, a day for each turn, and two days of margin.
    expect([on(0, 18.5), on(0, 18.5)]).toEqual([on(0, 18.5), [['b1'], ['a1']]]);
    expect(new Set([on(0, 17.5), on(1, 17.5)].map(String))).toEqual(new Set(['a1,', 'b1,a1']));
  });

  it('does not take for stuck what an emergency has named since (I16)', () => {
    const begun = [{ retiring: 'a1', successor: 'a2', begunAt: iso(NOW - 6 * DAY) }];
    const named = (days: number) =>
      retiring(
        plan(
          facts({
            memory: { soaks: [], cuts: [], begun },
            compromised: { ids: new Set(['a1']), keys: new Set() },
            allowances: [{ anchorId: 'a1', namedAt: iso(NOW - days * DAY) }],
          }),
        ),
      );
    expect(named(1)).toEqual(['a1']);
  });

  it('leaves the turn to what is compromised where a cut of others has gone on failing for days (I16, I17)', () => {
    const turn = (days: number) =>
      retiring(
        plan(
          facts({
            inventory: inventoryOf(anchors, { proj_a: ['a1', 'b2'] }),
            request: { mode: 'scheduled', failingSince: iso(NOW - 600), othersFirst: true },
            compromised: { ids: new Set(['a1']), keys: new Set() },
            allowances: [{ anchorId: 'a1', namedAt: iso(NOW - 600) }],
            memory: {
              soaks: [],
              cuts: [cut({ retiring: 'b1', successor: 'b2', cutAt: iso(NOW - days * DAY) })],
            },
          }),
        ),
      );
    expect([turn(1), turn(4)]).toEqual([['b1'], ['a1']]);
  });

  it('has patience for three days to the second, with a cut as with what was begun or has served its soak', () => {
    const day = 3 * DAY;
    const first = (seconds: number) => {
      const at = iso(NOW - seconds);
      const begun = { soaks: [], cuts: [], begun: [{ retiring: 'a1', successor: 'a2', begunAt: at }] };
      const served = { soaks: [{ ...soak('a1', 'a2', 0), soakUntil: at }], cuts: [] };
      const inventory = inventoryOf(anchors, { proj_a: ['a2', 'b1'] });
      const unconfirmed = plan(facts({ inventory, memory: { soaks: [], cuts: [cut({ cutAt: at })] } }));
      return [plan(facts({ memory: begun })), plan(facts({ memory: served })), unconfirmed].map(retiring);
    };
    expect(first(day - 1)).toEqual([['a1', 'b1'], ['a1'], ['a1']]);
    expect(first(day)).toEqual([['b1'], ['b1'], ['b1']]);
  });

  it('takes a soak for served from its very second on, and a cut for one on its way for a quarter of an hour', () => {
    const served = (seconds: number) => {
      const soaks = [{ ...soak('a1', 'a2', 0), soakUntil: iso(NOW + seconds) }];
      return retiring(plan(facts({ memory: { soaks, cuts: [] } })));
    };
    expect([served(0), served(1)]).toEqual([['a1'], ['a1', 'b1']]);
    const isOver = (seconds: number) => {
      const cuts = [cut({ cutAt: iso(NOW - seconds) })];
      return unconfirmedCuts(cuts, facts({ memory: { soaks: [], cuts } })).stale.length > 0;
    };
    expect([isOver(899), isOver(900)]).toEqual([false, true]);
  });

  it('lets what has failed for days take turns, so that no served soak is served again (I11)', () => {
    const begun = [{ retiring: 'b1', successor: 'b2', begunAt: iso(NOW - 4 * DAY) }];
    const memory = { soaks: [soak('a1', 'a2', -4)], cuts: [], begun };
    const days = [0, 1].map((day) => plan(facts({ memory, now: NOW + day * DAY })));
    expect(days.map(retiring).sort()).toEqual([['a1'], ['b1']]);
    const late = days.find((planned) => retiring(planned)[0] === 'a1');
    if (late) expect(soakForRun(late, NOW + DAY, memory.soaks).until).toBe(NOW + DAY);
  });

  it('gives each line a day of its own whose cuts have failed for days: one that fails in the canary stops all waves (I17)', () => {
    const memory = { soaks: [soak('a1', 'a2', -4), soak('b1', 'b2', -4)], cuts: [] };
    const days = [0, 1].map((day) => plan(facts({ memory, now: NOW + day * DAY })));
    expect(days.map(retiring).sort()).toEqual([['a1'], ['b1']]);
    expect(days.map(({ nextRotationAt }) => nextRotationAt)).toEqual([iso(NOW + 300), iso(NOW + DAY + 300)]);
    // An unconfirmed cut goes with its own line.
    const late = [cut({ scope: 'proj_b', cutAt: iso(NOW - 4 * DAY) })];
    const inventory = inventoryOf(anchors, { proj_a: ['a1', 'b1'], proj_b: ['a2'] });
    const both = [0, 1].map((day) =>
      plan(facts({ inventory, memory: { ...memory, cuts: late }, now: NOW + day * DAY })),
    );
    const scopesOf = ({ waves }: (typeof both)[number]) =>
      waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope)).sort();
    expect(both.map((one) => [retiring(one), scopesOf(one)]).sort()).toEqual([
      [['a1'], ['proj_a', 'proj_b']],
      [['b1'], ['proj_a']],
    ]);
    // Once one of them is cut everywhere, the other goes on at once.
    const alone = { soaks: [soak('b1', 'b2', -4)], cuts: [] };
    const left = facts({ inventory: inventoryOf(anchors, { proj_a: ['a2', 'b1'] }), memory: alone });
    expect([0, 1].map((day) => retiring(plan({ ...left, now: NOW + day * DAY })))).toEqual([['b1'], ['b1']]);
  });

  it('gives a compromised anchor that has failed for days a day of its own before anybody soaks (I6)', () => {
    const begun = [{ retiring: 'a1', successor: 'a2', begunAt: iso(NOW - 4 * DAY) }];
    const about = {
      compromised: { ids: new Set(['a1']), keys: new Set<string>() },
      memory: { soaks: [], cuts: [], begun },
    };
    const days = [0, 1].map((day) => plan(facts({ ...about, now: NOW + day * DAY })));
    expect(days.map(retiring).sort()).toEqual([['a1'], ['b1']]);
    expect(days.find((planned) => retiring(planned)[0] === 'a1')?.soakSeconds).toBe(0);
  });

  it('leaves out of an emergency nothing that it names, though one has failed for days (I6)', () => {
    const request: Request = { mode: 'emergency', anchors: ['a1', 'b1'], reason: 'leaked' };
    const begun = [{ retiring: 'a1', successor: 'a2', begunAt: iso(NOW - 4 * DAY) }];
    expect(retiring(plan(facts({ request, memory: { soaks: [], cuts: [], begun } })))).toEqual(['a1', 'b1']);
  });

  it('looks again soon when an emergency got a part of what it named, or left a cut unconfirmed (I13)', () => {
    const request: Request = { mode: 'emergency', anchors: ['a1', 'c1'], reason: 'leaked' };
    const orphan = anchor('c1', 'gamma@1', 200);
    const inventory = inventoryOf([...anchors, orphan], { proj_a: ['a1', 'c1'] });
    const part = plan(facts({ inventory, request }));
    expect([retiring(part), part.blocked.map((one) => one.anchor)]).toEqual([['a1'], ['c1']]);
    expect(part.nextRotationAt).toBe(iso(NOW + 300));
    const left = { soaks: [], cuts: [cut({ scope: 'proj_b', retiring: 'b1', successor: 'b2' })] };
    const both = inventoryOf(anchors, { proj_a: ['a1'], proj_b: ['b2'] });
    const named: Request = { mode: 'emergency', anchors: ['a1'], reason: 'leaked' };
    const aside = plan(facts({ inventory: both, request: named, memory: left }));
    expect([retiring(aside), aside.nextRotationAt]).toEqual([['a1'], iso(NOW + 300)]);
  });

  it('takes everything together while a soak is still being served', () => {
    expect(retiring(plan(facts({ memory: { soaks: [soak('a1', 'a2', 3)], cuts: [] } })))).toEqual([
      'a1',
      'b1',
    ]);
  });

  it('confirms at once a cut that nobody confirmed, without a soak', () => {
    const planned = plan(
      facts({
        inventory: inventoryOf(anchors, { proj_a: ['a2', 'b1'] }),
        memory: { soaks: [], cuts: [cut()] },
      }),
    );
    expect(planned).toMatchObject({
      decision: 'rotate',
      soakSeconds: 0,
      successions: [{ retiring: 'a1', successor: 'a2', resumed: true }],
      nextRotationAt: iso(NOW + 300),
    });
  });

  it('finishes an emergency that stopped, without a soak, before anything else', () => {
    const planned = plan(
      facts({
        inventory: inventoryOf([...anchors, anchor('c1', 'core@1', 300), anchor('c2', 'core@2', 500)], {
          proj_a: ['a1', 'c1'],
        }),
        compromised: { ids: new Set(['c1']), keys: new Set<string>() },
      }),
    );
    expect(retiring(planned)).toEqual(['c1']);
    expect(planned.soakSeconds).toBe(0);
    expect(planned.waves[0]?.scopes[0]?.successions[0]).toMatchObject({ compromised: true });
  });

  it('takes no other unconfirmed cut along beside a compromised anchor, which it could hold up', () => {
    const core = [anchor('c1', 'core@1', 300), anchor('c2', 'core@2', 500)];
    const inventory = inventoryOf([...anchors, ...core], { proj_a: ['a2', 'c1'] });
    const memory = { soaks: [], cuts: [cut()] };
    const planned = plan(
      facts({ inventory, compromised: { ids: new Set(['c1']), keys: new Set<string>() }, memory }),
    );
    expect([retiring(planned), planned.nextRotationAt]).toEqual([['c1'], iso(NOW + 300)]);
    const both = plan(
      facts({ inventory, compromised: { ids: new Set(['c1', 'a1']), keys: new Set<string>() }, memory }),
    );
    expect(retiring(both)).toEqual(['a1', 'c1']);
  });

  it('in an emergency is not held up by what others left unconfirmed', () => {
    const planned = plan(
      facts({
        inventory: inventoryOf(anchors, { proj_a: ['a2', 'b1'] }),
        request: { mode: 'emergency', anchors: ['b1'], reason: 'leaked' },
        memory: { soaks: [], cuts: [cut()] },
      }),
    );
    expect(retiring(planned)).toEqual(['b1']);
  });
});

describe('the soak of a run', () => {
  const planned = plan(facts());
  const memories = [soak('a1', 'a2', 3), soak('b1', 'b2', 5)];

  it('goes on where an earlier run began it', () => {
    expect(soakForRun(planned, NOW, memories)).toEqual({ until: NOW + 5 * DAY, memories: [] });
  });

  it('is over when it has been served in full', () => {
    const served = [soak('a1', 'a2', -1), soak('b1', 'b2', 0)];
    expect(soakForRun(planned, NOW, served).until).toBe(NOW);
  });

  it('is no longer than the policy has it by now, nor than the earliest expiry allows (rule 5)', () => {
    const long = [
      { ...soak('a1', 'a2', 60), provenAt: iso(NOW - 2 * DAY) },
      { ...soak('b1', 'b2', 60), provenAt: iso(NOW - 3 * DAY) },
    ];
    expect(soakForRun(planned, NOW, long).until).toBe(NOW + 5 * DAY);
    const soon = [anchor('a1', 'acme@1', 4), ...anchors.slice(1)];
    const pressed = plan(facts({ inventory: inventoryOf(soon, { proj_a: ['a1', 'b1'] }) }));
    expect(soakForRun(pressed, NOW, [soak('a1', 'a2', 1), soak('b1', 'b2', 6)]).until).toBe(NOW + 2 * DAY);
  });

  it('is not cut short by an anchor whose every cut is held up (rule 5)', () => {
    const soon = [anchor('a1', 'acme@1', 4), ...anchors.slice(1)];
    const inventory = inventoryOf(soon, { proj_a: ['a1'], proj_b: ['a1', 'b1'] });
    const both = plan(facts({ inventory, policy: policyOf({ evidence: 'listing', soak: 'P5D' }) }));
    expect(soakForRun(both, NOW, []).until).toBe(NOW + 2 * DAY);
    const held = (scopes: readonly string[]) => ({
      ...both,
      waves: both.waves.map((wave) => ({
        ...wave,
        scopes: wave.scopes.map((scope) => ({
          ...scope,
          successions: scope.successions.map((one) =>
            scopes.includes(scope.scope) && one.retiring === 'a1' ? { ...one, held: true } : one,
          ),
        })),
      })),
    });
    expect(soakForRun(held(['proj_a']), NOW, []).until).toBe(NOW + 2 * DAY);
    expect(soakForRun(held(['proj_a', 'proj_b']), NOW, []).until).toBe(NOW + 5 * DAY);
  });

  it('waits for nothing that is cut nowhere: that soaks on without what has been served (rule 5, I17)', () => {
    const held = {
      ...planned,
      waves: planned.waves.map((wave) => ({
        ...wave,
        scopes: wave.scopes.map((scope) => ({
          ...scope,
          successions: scope.successions.map((one) => (one.retiring === 'b1' ? { ...one, held: true } : one)),
        })),
      })),
    };
    const served = [soak('a1', 'a2', -1)];
    const { until, memories: begun } = soakForRun(held, NOW, served);
    expect(until).toBe(NOW);
    expect(begun).toMatchObject([{ retiring: 'b1', provenAt: iso(NOW) }]);
    // Where both are cut, the run waits for the soak.
    expect(soakForRun(planned, NOW, served).until).toBeGreaterThan(NOW);
  });

  it('is cut short for nobody but itself where a run cuts nothing: what is held up soaks on without it (rule 5)', () => {
    const soon = [anchor('a1', 'acme@1', 4), ...anchors.slice(1)];
    const both = plan(facts({ inventory: inventoryOf(soon, { proj_a: ['a1', 'b1'] }) }));
    const held = {
      ...both,
      waves: both.waves.map((wave) => ({
        ...wave,
        scopes: wave.scopes.map((scope) => ({
          ...scope,
          successions: scope.successions.map((one) => ({ ...one, held: true })),
        })),
      })),
    };
    const run = soakForRun(held, NOW, []);
    // The run ends before a1 expires, so that another run can come.
    expect(run.until).toBe(NOW + 2 * DAY);
    const ends = run.memories.map(({ retiring, soakUntil }) => [retiring, soakUntil]);
    expect(new Map(ends as [string, string][])).toEqual(
      new Map([
        ['a1', iso(NOW + 2 * DAY)],
        ['b1', iso(NOW + 7 * DAY)],
      ]),
    );
  });

  it('is not cut short for what has expired since the proof, before anybody was moved (rule 5)', () => {
    const soon = [anchor('a1', 'acme@1', 1), ...anchors.slice(1)];
    const pressed = plan(facts({ inventory: inventoryOf(soon, { proj_a: ['a1', 'b1'] }) }));
    expect(soakForRun(pressed, NOW, []).until).toBe(NOW);
    expect(soakForRun(pressed, NOW, [], NOW + 1.1 * DAY).until).toBe(NOW + 7 * DAY);
  });

  it('is a whole one where one of them has none, and only that one begins: what soaks already stays as it was (I11)', () => {
    const run = soakForRun(planned, NOW, [soak('a1', 'a2', 1)]);
    expect(run.until).toBe(NOW + 7 * DAY);
    expect(run.memories.map((memory) => memory.retiring)).toEqual(['b1']);
  });

  it('is none in an emergency, whatever a scheduled rotation had begun (I6)', () => {
    const request: Request = { mode: 'emergency', anchors: ['a1'], reason: 'leaked' };
    expect(soakForRun(plan(facts({ request })), NOW, memories).until).toBe(NOW);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activeSetOf, ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { assuming } from '../../../lambdas/domain/own-listing/assuming.ts';
import { toBeListed } from '../../../lambdas/domain/own-listing/to-be-listed.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';
import { type Case, cases, factsOf, PROJECTS } from './random-emergencies.ts';

type Facts = ReturnType<typeof factsOf>;

type Leaf = Case['clients'][number]['running'];
const leadingTo = (id: string): fc.Arbitrary<Leaf> =>
  fc.constant({ chainsTo: [id], issued: false, ends: 900 });
const none: fc.Arbitrary<Leaf> = fc.constant(null);
/** Random emergencies with some clients that are ready and some of any kind. */
const emergencies = fc
  .record({ of: cases, moving: fc.array(fc.constantFrom(...PROJECTS), { maxLength: 4 }) })
  .chain(({ of, moving }) =>
    fc
      .tuple(
        fc.subarray(of.clients),
        ...moving.map((project) =>
          fc.record({
            project: fc.constant(project),
            running: leadingTo('bad'),
            staged: leadingTo('new'),
            previous: none,
          }),
        ),
      )
      .map(([some, ...others]): Case => ({ ...of, clients: [...some.slice(0, 2), ...others] })),
  );

const emergencyOf = (of: Case): Facts => {
  const facts = factsOf(of);
  return { ...facts, request: { ...facts.request, anchors: ['bad'] } };
};

/** Returns the same facts where only these projects are listed. */
const listing = (facts: Facts, listed: readonly string[]): Facts => {
  const projects = facts.inventory.projects.map((project) =>
    listed.includes(project.projectId) ? project : { ...project, ownListing: true as const },
  );
  const inventory = assuming({ ...facts.inventory, projects }, (id) => id === 'bad');
  return { ...facts, inventory };
};

/**
 * Returns the facts that an emergency's plan uses, and the projects that it leaves to their own listing. Null
 * where every project is listed.
 */
function assumed(facts: Facts): { facts: Facts; left: string[] } | null {
  const wanted = toBeListed(listing(facts, []));
  if (wanted === 'all') return null;
  const known = listing(facts, wanted);
  if (toBeListed(known).length > 0) return null;
  return { facts: known, left: PROJECTS.filter((project) => !wanted.includes(project)) };
}

const sharesOf = (facts: Facts) =>
  new Map(
    plan(facts)
      .waves.flatMap(({ scopes }) => scopes)
      .map(({ hangingHere: _____, ...share }) => share)
      .map(({ ownListing: _, uploads: __, leavesToOwnListings: ___, unprobed: ____, ...share }) => [
        // Which clients are asked for the project of their API key decides nothing, and may differ by scope.
        share.scope,
        share,
      ]),
  );

/**
 * Returns what is blocked, without clients that are outside where nothing is cut. A project that is left to
 * its own listing reports those itself.
 */
const heldUpIn = (facts: Facts) => plan(facts).blocked.filter(({ off, shutOut }) => !off && !shutOut);

describe('a project that is left to its own listing', () => {
  it('has the share that its listing would have given it, wherever what is named is active', () => {
    const compared = { cut: 0, nothing: 0 };
    fc.assert(
      fc.property(emergencies, (of) => {
        const facts = emergencyOf(of);
        const known = assumed(facts);
        if (!known) return;
        const [shares, real] = [sharesOf(known.facts), sharesOf(facts)];
        for (const project of known.left) {
          const isActive = activeSetOf(facts.inventory, project).has('bad');
          if (isActive) expect(shares.get(project)).toEqual(real.get(project));
          else expect(real.get(project)).toBeUndefined();
          compared[isActive ? 'cut' : 'nothing']++;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(compared.cut).toBeGreaterThan(50);
    expect(compared.nothing).toBeGreaterThan(50);
  });

  it('holds back nothing in any other scope, and frees nothing there', () => {
    let compared = 0;
    fc.assert(
      fc.property(emergencies, (of) => {
        const facts = emergencyOf(of);
        const known = assumed(facts);
        // Where no cut can be made at all, there is no rotation. Where a cut can be made elsewhere, the
        // overlap is made (rule 3).
        if (!known || plan(facts).decision !== 'rotate') return;
        const [shares, real] = [sharesOf(known.facts), sharesOf(facts)];
        for (const scope of [ORGANIZATION, ...PROJECTS].filter((one) => !known.left.includes(one))) {
          const held = (share = real.get(scope)) => share?.successions.map((one) => [one.retiring, one.held]);
          expect(held(shares.get(scope))).toEqual(held());
          if (known.left.length > 0 && real.has(scope)) compared++;
        }
        expect(heldUpIn(known.facts)).toEqual(heldUpIn(facts));
      }),
      { numRuns: 1_000 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});

describe('an emergency that lists no project (I16)', () => {
  it.each([
    ['waits for none whose client ran on what has expired before', -1, []],
    ['lists the one whose client ran on what may let it in', 200, ['proj_a']],
  ])('%s', (_, days, listed) => {
    const anchors = [
      anchor('bad', 'acme@1', 200),
      anchor('new', 'acme@2', 400),
      anchor('old', 'acme@0', days),
    ];
    const { organization } = inventoryOf(anchors, {});
    const projects = ['proj_a', 'proj_b'].map((projectId) => ({
      ...{ projectId, name: projectId, anchors: [], ownListing: true as const },
    }));
    const wanted = toBeListed({
      inventory: assuming({ organization, projects }, (id) => id === 'bad'),
      ...{ policy: policyOf(), now: NOW },
      request: { mode: 'emergency', anchors: ['bad'], reason: 'its key leaked' },
      clients: [
        { ...client('billing', 'proj_a', 'bad', 'new'), previous: leaf('before', 'old') },
        client('search', 'proj_b', 'bad', 'new'),
      ],
    });
    expect(wanted).toEqual(listed);
  });
});

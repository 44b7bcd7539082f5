import { describe, expect, it } from 'vitest';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import {
  goneAfter,
  trustAfterCut,
  trustInOverlap,
} from '../../../lambdas/domain/planning/trust-after-cut.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const [old, again] = [anchor('cert_old', 'acme@1', 20), anchor('cert_again', 'acme@1 again', 900)];
const fresh = anchor('cert_new', 'acme@2', 400);
const key = (digest: string) => ({ digest, vouchesFor: [] });
const about = { policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW };

describe('what a project trusts after its cut', () => {
  const pair = { authority: 'acme', retiring: old, successor: fresh, scopes: ['proj_a'] };
  const usableWith = (digestOfAgain = '', own = 'one', given: object = {}): string[] => {
    const inventory = inventoryOf([old, again, fresh], {
      proj_a: ['cert_old', 'cert_again'],
      organization: ['cert_old'],
    });
    const digests = { cert_old: own, cert_again: digestOfAgain, cert_new: 'two' };
    const keys = new Map(
      Object.entries(digests).flatMap(([id, digest]) => (digest ? [[id, key(digest)] as const] : [])),
    );
    const trusted = trustAfterCut([pair], { ...about, inventory, keys, ...given })('proj_a', 'proj_a', pair);
    expect([...trusted.active].toSorted()).toEqual(['cert_again', 'cert_new', 'cert_old']);
    return [...trusted.usable.keys()].toSorted();
  };

  it('has the retiring anchor where the organization keeps it, beside one of another key', () => {
    expect(usableWith('another')).toEqual(['cert_again', 'cert_new', 'cert_old']);
  });

  it('has neither of two uploads of its key, though the organization keeps it: hosts may ask the other first (F7, F16)', () => {
    expect(usableWith('one')).toEqual(['cert_new']);
  });

  it('has not the retiring anchor beside one whose certificate could not be read, which may be an upload of that key (I9)', () => {
    expect(usableWith()).toEqual(['cert_again', 'cert_new']);
  });

  it('has its successor alone where its own certificate could not be read: anything else may be an upload of its key (I9, F16)', () => {
    expect(usableWith('another', '')).toEqual(['cert_new']);
  });

  it('has all that is active where what could not be read has expired, or is compromised and goes in any case (I16)', () => {
    expect(usableWith('another', '', { now: NOW + 21 * DAY })).toEqual(['cert_again', 'cert_new']);
    const compromised = { ids: new Set(['cert_old']), keys: new Set<string>() };
    expect(usableWith('another', '', { compromised })).toContain('cert_again');
  });
});

describe('what the organization’s cut takes from a project', () => {
  const pair = { authority: 'acme', retiring: old, successor: fresh, scopes: [ORGANIZATION] };
  const isGoneFor = (listing: object): boolean => {
    const inventory = inventoryOf([old, fresh], { proj_a: [], [ORGANIZATION]: ['cert_old'] });
    const projects = inventory.projects.map((one) => ({ ...one, ...listing }));
    const facts = { ...about, inventory: { ...inventory, projects } };
    const isGone = goneAfter(pair, ORGANIZATION, { rotating: [pair], facts, isHeld: () => false });
    return isGone('cert_old', 'proj_a');
  };

  it('is the retiring anchor, and may be nothing where the project could not be listed: it may be active there (I9)', () => {
    expect(isGoneFor({})).toBe(true);
    expect(isGoneFor({ anchors: [], unlisted: 'ApiUnavailable: 503' })).toBe(false);
  });
});

it('what a probe of a project cannot tell from its successor is what the organization activates as well, where scopes have no order (I8, I16)', () => {
  const pair = { authority: 'acme', retiring: old, successor: fresh, scopes: ['proj_a', ORGANIZATION] };
  const inventory = inventoryOf([old, fresh], { proj_a: ['cert_old'], [ORGANIZATION]: ['cert_old'] });
  const inOverlap = (named: string[]) =>
    trustInOverlap([pair], {
      ...{ ...about, inventory, compromised: { ids: new Set(named), keys: new Set<string>() } },
    })('proj_a', 'proj_a');
  const activated = { scope: ORGANIZATION, anchorId: 'cert_new' };
  expect(inOverlap(['cert_old'])).toContainEqual(activated);
  // In waves, the organization comes after every project.
  expect(inOverlap([])).not.toContainEqual(activated);
});

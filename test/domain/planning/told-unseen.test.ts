import { expect, it } from 'vitest';
import type { Inventory } from '../../../lambdas/domain/anchor.ts';
import { type Seen, UNTOLD } from '../../../lambdas/domain/memory/seen.ts';
import { seenNow } from '../../../lambdas/domain/memory/seen-now.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const anchors = [anchor('cert_old', 'acme@2025', 20), anchor('cert_new', 'acme@2026', 400)];
const listed = inventoryOf(anchors, { proj_a: ['cert_old'], proj_b: ['cert_old'] });
/** An inventory in which the API does not answer for proj_b. */
const unlisted: Inventory = {
  ...listed,
  projects: listed.projects.map((one) =>
    one.projectId === 'proj_b' ? { ...one, anchors: [], unlisted: 'ApiUnavailable: 500' } : one,
  ),
};

/** Returns what the run of a day sees. The run of the day before has reported what it saw. */
function sweep(day: number, inventory: Inventory, before: readonly Seen[]) {
  const facts = {
    ...{ inventory, policy: policyOf({}), request: { mode: 'scheduled' as const }, now: NOW + day * DAY },
    keys: new Map(['cert_old', 'cert_new'].map((id) => [id, { digest: id, vouchesFor: [] }])),
    // This client is not ready, and that is reported already.
    clients: [client('billing', 'proj_a', 'cert_old')],
  };
  const { blocked } = plan(facts);
  const [by, toldBy] = [`run ${day}`, day > 0 ? `run ${day - 1}` : null];
  const seen = seenNow(before, blocked, facts, { by, toldBy, isWhole: inventory === listed });
  const reasons = blocked.filter(({ scopes }) => scopes?.includes('proj_b')).map(({ reason }) => reason);
  return { ...seen, reasons: reasons.join() };
}

it('I13: what a project is blocked for is told once it can be listed, though that it could not be was told before', () => {
  const first = sweep(0, unlisted, []);
  expect(first).toMatchObject({ isNew: true, reasons: expect.stringContaining('could not be listed') });
  const second = sweep(1, listed, first.changed);
  expect(second).toMatchObject({ isNew: true, reasons: expect.stringContaining('no configured client') });
  expect(second.over.map(({ id }) => id)).toEqual(['cert_old proj_b unseen']);
});

it('I13: that a project cannot be listed is told once', () => {
  const first = sweep(0, unlisted, []);
  expect(sweep(1, unlisted, first.changed).isNew).toBe(false);
});

it('I13: what it was blocked for before it could not be listed stays told', () => {
  const first = sweep(0, listed, []);
  const second = sweep(1, unlisted, first.changed);
  expect(second).toMatchObject({ isNew: true, over: [] });
});

it('I13: of what has expired nobody asks whether it is active where nobody could look: it lets nobody in', () => {
  const told = (days: number) => {
    const gone = anchor('cert_gone', 'keel@1', days);
    const organization = [...unlisted.organization, gone];
    return sweep(0, { ...unlisted, organization }, []).changed.filter(({ id }) =>
      id.startsWith('cert_gone '),
    );
  };
  expect([told(-1), told(1)]).toMatchObject([[], [{ id: 'cert_gone proj_b unseen' }]]);
});

it('I9, I10: of a client whose project could not be listed nothing proves that its old leaf is refused, once the organization is cut', () => {
  const inventory = {
    ...unlisted,
    organization: inventoryOf(anchors, { organization: ['cert_old'] }).organization,
  };
  const { waves } = plan({
    ...{ inventory, policy: policyOf({}), request: { mode: 'scheduled' }, now: NOW },
    clients: ['proj_a', 'proj_b'].map((project) => client(`of ${project}`, project, 'cert_old', 'cert_new')),
  });
  const organization = waves.flatMap(({ scopes }) => scopes).find(({ scope }) => scope === 'organization');
  const judged = organization?.checks.filter(({ retiringLeaf }) => retiringLeaf !== undefined);
  expect(organization?.checks).toHaveLength(2);
  expect(judged?.map(({ project }) => project)).toEqual(['proj_a']);
});

it('I13: what an attempt was to tell anew, and the next attempt of that run does not see, stays as it was told before', () => {
  const facts = {
    ...{ inventory: listed, policy: policyOf({}), request: { mode: 'scheduled' as const }, now: NOW },
    clients: [],
  };
  const told = { kind: 'blocked' as const, id: 'cert_old proj_b', value: '1' };
  const before = [{ ...told, pending: { value: '2', by: 'run 2' } }];
  const about = { by: 'run 2', toldBy: 'run 1', isWhole: false };
  const { over, changed } = seenNow(before, [], facts, about);
  expect(over).toEqual([]);
  // Otherwise the red end of this run would count as a report of it.
  expect(changed.filter(({ kind }) => kind === 'blocked')).toEqual([told]);
  const untold = [{ ...told, value: UNTOLD, pending: { value: '2', by: 'run 2' } }];
  expect(seenNow(untold, [], facts, about).over).toEqual(untold);
});

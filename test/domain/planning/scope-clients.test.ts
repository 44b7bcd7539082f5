import { expect, it } from 'vitest';
import { otherWaysIn } from '../../../lambdas/domain/planning/readiness/other-ways-in.ts';
import { leftBehindBy, reliesOf } from '../../../lambdas/domain/planning/scope-clients.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const anchors = [anchor('cert_older', 'acme@1', 10), anchor('cert_old', 'acme@2', 20)] as const;
const fresh = anchor('cert_new', 'acme@3', 400);
const cut = anchors.map((retiring) => ({
  ...{ authority: 'acme', retiring, successor: fresh, scopes: ['proj_a'] },
}));
const facts = {
  inventory: inventoryOf([...anchors, fresh], { proj_a: ['cert_older', 'cert_old', 'cert_x', 'cert_y'] }),
  ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
};
const until = NOW + 9 * DAY;

it('I1: a client of which two anchors are cut relies on what lets it in after both cuts, and on nothing that one of them takes', () => {
  const running = leaf('of four', 'cert_older', 'cert_old', 'cert_x', 'cert_y');
  // Another upload with the key of cert_old is no way in after the cut of cert_old.
  const after = (retiring?: string) => (retiring === 'cert_old' ? ['cert_x'] : ['cert_x', 'cert_y']);
  const { relies } = reliesOf(cut, 'proj_a', [{ ...client('api', 'proj_a'), running }], {
    trustedAfter: (_project, _scope, one) => {
      const ids = after(one?.retiring.anchorId);
      return { active: new Set(ids), usable: new Map(ids.map((id) => [id, NOW + 900 * DAY])) };
    },
    ...{ lasting: () => until, movedIn: () => new Set(), facts },
    ...{ isLeftBehind: () => false, isUnread: () => false },
  });
  expect(relies).toEqual([{ client: 'api', project: 'proj_a', anchors: ['cert_x'] }]);
});

it('I6: a client is left behind in a scope where it may be by every cut there, and not where one emergency alone allows it', () => {
  const allowances = [
    { anchorId: 'cert_older', leaveBehind: ['api', 'batch'] },
    { anchorId: 'cert_old', leaveBehind: ['batch', 'search'] },
  ];
  const clients = ['api', 'batch', 'search'].map((name) => client(name, 'proj_a'));
  expect(leftBehindBy(cut, clients, { ...facts, allowances })).toEqual({ leaveBehind: ['batch'] });
  expect(leftBehindBy(cut.slice(0, 1), clients, { ...facts, allowances })).toEqual({
    leaveBehind: ['api', 'batch'],
  });
});

it.each([
  ['ends before the leaf is relied on no more', -1, []],
  ['lasts until then', 0, ['cert_x']],
])(
  'I9, I19: where nobody can tell whether a leaf leads to what is cut, another way in that %s is %j',
  (_, more, ways) => {
    const running = { ...leaf('r', 'cert_x'), validUntil: { cert_x: until + more } };
    const trust = { active: new Set(['cert_x']), usable: new Map([['cert_x', NOW + 900 * DAY]]) };
    const [, pair] = cut;
    expect(pair && otherWaysIn(running, pair, trust, until, facts)).toEqual(ways);
  },
);

import { expect, it } from 'vitest';
import { hasLeft } from '../../../lambdas/domain/blocked/outlasted.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { hasToMove } from '../../../lambdas/domain/planning/lasting.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/** An issuing CA moves below another root. The leaf stays the same, and only its chain changes. */
const OLD = anchor('cert_old', 'acme@1', 20);
const NEW = anchor('cert_new', 'acme@2', 400);
const moving = {
  ...client('billing', 'proj_a'),
  running: { ...leaf('same leaf', 'cert_old'), chain: 'old chain' },
  staged: { ...leaf('same leaf', 'cert_new'), chain: 'new chain' },
};
const facts = {
  inventory: inventoryOf([OLD, NEW], { proj_a: ['cert_old'] }),
  ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
  clients: [moving],
};

it('rule 5: a client that has to be moved to another chain beside the same leaf has to move', () => {
  const pair = { authority: 'acme', retiring: OLD, successor: NEW, scopes: ['proj_a'] };
  expect(hasToMove(pair, facts)).toBe(true);
});

it('I17: a rotation that soaks has left whoever could be moved by now, if to another chain beside the same leaf', () => {
  const planned = plan(facts);
  expect(planned.promotions).toMatchObject([{ client: 'billing' }]);
  const other = {
    retiring: new Set(['cert_old']),
    blocked: new Set<string>(),
    isSoaking: true,
    until: NOW + 7 * DAY,
  };
  expect(hasLeft(other as never, 'cert_old', planned, facts.clients)).toBe(true);
});

it('I19: whoever moves late begins a soak anew, so that his chain has to last for it', () => {
  const soak = {
    retiring: 'cert_old',
    successor: 'cert_new',
    provenAt: instant(NOW - 8 * DAY),
    soakUntil: instant(NOW - DAY),
  };
  const short = { ...moving, staged: { ...moving.staged, validUntil: { cert_new: NOW + 4 * DAY } } };
  const { promotions, blocked } = plan({
    ...facts,
    clients: [short],
    memory: { soaks: [soak], cuts: [], begun: [] } as never,
  });
  expect(promotions).toEqual([]);
  expect(blocked).toMatchObject([{ anchor: 'cert_old', client: 'billing' }]);
});

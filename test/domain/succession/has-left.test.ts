import { expect, it } from 'vitest';
import { hasLeft, outlasted } from '../../../lambdas/domain/blocked/outlasted.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const OLD = anchor('cert_old', 'acme@1', 20);
const OTHER = anchor('cert_other', 'acme@x', 20);
const NEW = anchor('cert_new', 'acme@2', 400);

/**
 * Whether a rotation that soaks has left a client of `cert_other` behind, where billing runs on `running` and
 * can move by now.
 */
function hasLeftOf(running: string) {
  const facts = {
    inventory: inventoryOf([OLD, OTHER, NEW], { proj_a: ['cert_old', 'cert_other'] }),
    ...{ policy: policyOf({ hold: ['cert_old'] }), request: { mode: 'scheduled' as const }, now: NOW },
    clients: [{ ...client('billing', 'proj_a'), running: leaf('r', running), staged: leaf('s', 'cert_new') }],
  };
  const planned = plan(facts);
  expect(planned.successions.map(({ retiring }) => retiring)).toEqual(['cert_other']);
  const other = { retiring: new Set(['cert_other']), blocked: new Set<string>(), isSoaking: true };
  return hasLeft({ ...other, until: NOW + 7 * DAY }, 'cert_other', planned, facts.clients);
}

it('I17: a rotation that soaks has left whoever runs on what it retires and may be moved by now', () => {
  expect(hasLeftOf('cert_other')).toBe(true);
});

it('I12: nobody takes over from a rotation that soaks for a client who runs on something else', () => {
  expect(hasLeftOf('cert_old')).toBe(false);
});

it.each([
  ['where it has blocked it in some scope', ['cert_other'], ['cert_other']],
  ['and of nothing else that it retires itself', [], []],
])(
  'I13, I17: what expires before the rotation that has the lease is over is told of, %s',
  (_, blocked, told) => {
    const facts = {
      inventory: inventoryOf([OTHER, NEW], { proj_a: ['cert_other'] }),
      ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
      clients: [client('billing', 'proj_a', 'cert_other', 'cert_new')],
    };
    const other = { retiring: new Set(['cert_other']), blocked: new Set(blocked), isSoaking: false };
    const waiting = outlasted(plan(facts), facts, { ...other, until: NOW + 30 * DAY });
    expect(waiting.map(({ anchor }) => anchor)).toEqual(told);
  },
);

it.each([
  ['within a day of its end, since another run has to begin and to come to its cut', 19.5, ['cert_other']],
  ['and not what lasts for a day longer than it', 19, []],
])('I13, I17: what expires beside the rotation that has the lease is told of %s', (_, days, told) => {
  const facts = {
    inventory: inventoryOf([OTHER, NEW], { proj_a: ['cert_other'] }),
    ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
    clients: [client('billing', 'proj_a', 'cert_other', 'cert_new')],
  };
  const other = { retiring: new Set<string>(), blocked: new Set<string>(), isSoaking: true };
  const waiting = outlasted(plan(facts), facts, { ...other, until: NOW + days * DAY });
  expect(waiting.map(({ anchor }) => anchor)).toEqual(told);
});

import { expect, it } from 'vitest';
import { withoutLeaving } from '../../../lambdas/domain/succession/leaving.ts';
import { anchor, inventoryOf, NOW } from '../organizations.ts';

const [retiring, successor] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)];
const pair = { authority: 'acme', retiring, successor, scopes: ['proj_a', 'proj_b'] };
const leaving = (scope: string, seconds: number) => ({ scope, anchorId: 'cert_new', until: NOW + seconds });

it('I2, F8: a successor that a late call may take away is relied on in no scope where that may be, until the last of those calls has landed', () => {
  const inventory = inventoryOf([retiring, successor], {
    proj_a: ['cert_old', 'cert_new'],
    proj_b: ['cert_old', 'cert_new'],
  });
  const memory = { soaks: [], cuts: [], leaving: [leaving('proj_a', 60), leaving('proj_a', 600)] };
  const left = withoutLeaving(pair, { memory, inventory });
  expect(left.pair.scopes).toEqual(['proj_b']);
  expect(left.blocked).toMatchObject([{ anchor: 'cert_old', scopes: ['proj_a'], readyAt: NOW + 600 }]);
});

it('I17: where it is not active, nothing is about to be taken away', () => {
  const inventory = inventoryOf([retiring, successor], { proj_a: ['cert_old'], proj_b: ['cert_old'] });
  const memory = { soaks: [], cuts: [], leaving: [leaving('proj_a', 60)] };
  expect(withoutLeaving(pair, { memory, inventory })).toEqual({ pair, blocked: [] });
});

import { expect, it } from 'vitest';
import { isPressed } from '../../../lambdas/domain/succession/standing.ts';
import { anchor, client, inventoryOf, NOW, policyOf } from '../organizations.ts';

const [retiring, successor] = [anchor('cert_old', 'acme@1', -1), anchor('cert_new', 'acme@2', 400)];
const pair = { authority: 'acme', retiring, successor, scopes: ['proj_a'] };

it.each([
  ['somebody who ran on it', 'cert_old', 'cert_new', true],
  ['somebody who has its successor’s leaf already', 'cert_new', undefined, true],
  ['nobody, where he ran on it and has nothing to move to', 'cert_old', undefined, false],
  [
    'nobody, where he ran on something else, which no succession of this line has shut out',
    'cert_x',
    'cert_new',
    false,
  ],
])(
  'I17: what has expired cannot wait for others where its successor lets in %s',
  (_, running, staged, pressed) => {
    const facts = {
      inventory: inventoryOf([retiring, successor], { proj_a: ['cert_old'] }),
      ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
      clients: [client('api', 'proj_a', running, staged)],
    };
    expect(isPressed(pair, facts)).toBe(pressed);
  },
);

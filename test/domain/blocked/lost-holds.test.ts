import { expect, it } from 'vitest';
import { waitsForHold } from '../../../lambdas/domain/planning/names.ts';

const lost = (authority: string | null) => [{ anchorId: 'cert_gone', authority }];

it.each([
  ['of the authority that the anchor was last seen to have', 'acme', 'acme', true],
  ['and no other one', 'acme', 'globex', false],
  ['of every one, where nobody knows which that was', null, 'globex', true],
  ['whose authority nobody can tell, since policy names its successor', 'acme', null, true],
])('I5: a hold that names no anchor keeps cuts waiting %s', (_, known, authority, waits) => {
  expect(waitsForHold(lost(known), authority) !== null).toBe(waits);
});

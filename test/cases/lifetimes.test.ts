import { describe, expect, it } from 'vitest';
import { instant } from '../../lambdas/domain/instant.ts';
import { issueLeaf } from '../../simulation/certificates/pki.ts';
import { DUE, issuing, leafOf, NEXT, ready, second, VALID } from './acme.ts';
import { DAY, NOW } from './organization.ts';
import { caseOf } from './rotation.ts';

const short = NOW + 2 * DAY;

describe('a staged leaf that ends inside the soak is blocked with its date, and its client is never outside', () => {
  it.each([
    ['itself', () => leafOf(second, 'billing', short)],
    ['by its intermediate', () => leafOf(issuing(second, short), 'billing')],
  ])('%s', async (_which, staged) => {
    const { rotate, everybody } = await caseOf([DUE, NEXT], [{ ...ready(), staged: staged() }]);
    const { decision, blocked, inSoak } = await rotate();
    expect(decision).toBe('blocked');
    expect(blocked[0]?.reason).toContain(`ends at ${instant(short)}`);
    expect({ inSoak, after: await everybody() }).toEqual({ inSoak: {}, after: { billing: 'accepted' } });
  });
});

it('a staged leaf that is not valid yet is blocked with its date', async () => {
  const later = NOW + 3 * DAY;
  const staged = issueLeaf(second, { commonName: 'billing', ...VALID, notBefore: later });
  const { rotate, everybody } = await caseOf([DUE, NEXT], [{ ...ready(), staged }]);
  const { decision, blocked } = await rotate();
  expect(decision).toBe('blocked');
  expect(blocked[0]?.reason).toContain(`is not valid before ${new Date(later * 1000).toISOString()}`);
  expect(await everybody()).toEqual({ billing: 'accepted' });
});

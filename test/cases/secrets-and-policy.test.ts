import { describe, expect, it } from 'vitest';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { allowedTo } from '../lib/allowed.ts';
import { templateWith } from '../lib/synthesized.ts';
import { DUE, leafOf, NEXT, ready, second } from './acme.ts';
import { caseOf } from './rotation.ts';

describe('a label that a rotation of Secrets Manager has left at AWSPENDING', () => {
  it('on the version that is current moves nobody, and locks nobody out', async () => {
    const { staged: _, ...billing } = ready();
    const { rotate, everybody, leaveStaged } = await caseOf([DUE, NEXT], [billing]);
    leaveStaged('billing');
    const { decision, blocked } = await rotate();
    expect(decision).toBe('blocked');
    expect(blocked).toMatchObject([{ anchor: 'cert_1', client: 'billing' }]);
    expect(await everybody()).toEqual({ billing: 'accepted' });
  });

  it('on the version that is current by now, which is of the next generation, keeps nothing waiting', async () => {
    const search = { name: 'search', running: leafOf(second, 'search') };
    const both = [DUE, { ...NEXT, in: ['proj_a'] }];
    const { rotate, everybody, activeIn, leaveStaged } = await caseOf(both, [ready(), search]);
    leaveStaged('search');
    const { error } = await rotate();
    expect({ error, active: activeIn('proj_a') }).toEqual({ error: undefined, active: ['cert_2'] });
    expect(await everybody()).toEqual({ billing: 'accepted', search: 'accepted' });
  });
});

describe('a secret whose own name ends as if Secrets Manager had named it', () => {
  const secret = 'acme/billing-AbC123';

  it('is rotated by that name', async () => {
    const { rotate, activeIn } = await caseOf([DUE, NEXT], [{ ...ready(), secret }]);
    expect(await rotate()).toMatchObject({ decision: 'rotate', blocked: [] });
    expect(activeIn('proj_a')).toEqual(['cert_2']);
  });

  it('is opened to the steps by that name, and by what is added to it', () => {
    const template = templateWith([{ name: 'billing', project: 'proj_a', secret }]);
    expect(allowedTo(template, 'secretsmanager:UpdateSecretVersionStage').promote).toEqual([
      `secret:${secret}-??????`,
    ]);
  });
});

it.each(['P1M', 'P1Y', 'P1M7D'])('%s is refused by name: months and years are no length', (soak) => {
  const { error } = policySchema.safeParse({ soak });
  expect(error?.issues).toMatchObject([{ path: ['soak'] }]);
  expect(error?.issues[0]?.message).toContain(`"${soak}" is not an ISO 8601 duration`);
});

it('PT1M is a minute', () => {
  expect(policySchema.parse({ soak: 'PT1M' }).soak).toBe(60);
});

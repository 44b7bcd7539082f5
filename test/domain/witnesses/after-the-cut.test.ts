import { describe, expect, it } from 'vitest';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { witnessChecks } from '../../../lambdas/domain/witnesses/concern.ts';
import { waysOf } from '../../../lambdas/domain/witnesses/judged-after-the-cut.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [retiring, successor] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)];
const pair = { authority: 'acme', retiring, successor, scopes: [ORGANIZATION] };
const listed = inventoryOf([retiring, successor], { [ORGANIZATION]: ['cert_old'], proj_a: [] });
const unlisted = {
  ...listed,
  projects: listed.projects.map((one) => ({ ...one, anchors: [], unlisted: 'ApiUnavailable: 503' })),
};
const about = { policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW };
const around = { isHeld: () => false, cutIn: () => ['cert_old'], isAnyOrder: true };

describe('a witness of what the organization cuts (F16)', () => {
  it('may be let in by its project after that cut where the project could not be listed (I9)', () => {
    const ways = (inventory: typeof listed) =>
      waysOf(
        leaf('both', 'cert_old', 'cert_new'),
        { successor: 'cert_new', project: 'proj_a' },
        {
          ...{ successions: [pair], scope: ORGANIZATION, facts: { ...about, inventory }, ...around },
        },
      );
    expect(ways(listed)).not.toHaveProperty('leadsToHeld');
    expect(ways(unlisted)).toMatchObject({ afterCut: true, leadsToHeld: true });
  });

  it('is asked by a project that is there, and by no other: its key lets nobody look', () => {
    const checksIn = (project: string) => {
      const witnesses = [client('stranger', project, 'cert_new')];
      const facts = { ...about, inventory: listed, witnesses };
      return witnessChecks([pair], ORGANIZATION, facts, { lasting: () => NOW + DAY, ...around });
    };
    expect(checksIn('proj_a')).toMatchObject([{ client: 'stranger', successor: 'cert_new' }]);
    expect(checksIn('proj_gone')).toEqual([]);
  });
});

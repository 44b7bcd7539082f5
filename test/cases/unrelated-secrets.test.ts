import { expect, it } from 'vitest';
import { createAuthority } from '../../simulation/certificates/pki.ts';
import { DUE, leafOf, NEXT, ready, VALID } from './acme.ts';
import type { CaseAnchor } from './organization.ts';
import { caseOf } from './rotation.ts';

const globex = createAuthority({ name: 'globex 1', ...VALID });
const GLOBEX: CaseAnchor = {
  id: 'cert_g',
  name: 'globex@1',
  pem: globex.pem,
  expires: 2_000,
  in: ['proj_a'],
};

it('an emergency cuts what leaked, though a client of another authority has the placeholder of a template staged', async () => {
  const search = {
    name: 'search',
    running: leafOf(globex, 'search'),
    staged: 'put the next certificate here',
  };
  const { rotate, everybody, activeIn } = await caseOf([DUE, NEXT, GLOBEX], [ready(), search]);
  const { error } = await rotate({
    request: { mode: 'emergency', anchors: ['cert_1'], reason: 'its key leaked' },
  });
  expect({ error, active: activeIn('proj_a') }).toEqual({ error: undefined, active: ['cert_2', 'cert_g'] });
  expect(await everybody()).toEqual({ billing: 'accepted', search: 'accepted' });
});

it('a staged secret that cannot be read blocks its own project by name, with what to stage, and no other', async () => {
  const search = { ...ready('search', 'proj_b'), staged: '\uFEFF{}' };
  const both = { ...DUE, in: ['proj_a', 'proj_b'] };
  const { rotate, everybody, activeIn } = await caseOf([both, NEXT], [ready(), search]);
  const { blocked } = await rotate();
  expect(blocked).toMatchObject([{ anchor: 'cert_1', scopes: ['proj_b'], client: 'search' }]);
  expect(blocked[0]?.reason).toMatch(/stage a leaf for client search that chains to cert_2/);
  expect(activeIn('proj_a')).toEqual(['cert_2']);
  expect(await everybody()).toEqual({ billing: 'accepted', search: 'accepted' });
});

import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../simulation/certificates/pki.ts';
import { DUE, NEXT, ready, VALID } from './acme.ts';
import { type CaseAnchor, DAY, NOW } from './organization.ts';
import { caseOf } from './rotation.ts';

const far = createAuthority({ name: 'acme 3', ...VALID, notAfter: NOW + 9_000 * DAY });
const spare = (name: string): CaseAnchor => ({ id: 'cert_3', name, pem: far.pem, expires: 9_000 });

describe('the successor whose leaf is staged is rotated to', () => {
  it.each(['acme@2015', 'acme@2027'])('though %s is uploaded and lasts longer', async (name) => {
    const { rotate, activeIn } = await caseOf([DUE, NEXT, spare(name)], [ready()]);
    const { error } = await rotate();
    expect({ error, active: activeIn('proj_a') }).toEqual({ error: undefined, active: ['cert_2'] });
  });

  it('by the next run, where the year after next was uploaded while one soaked that was stopped', async () => {
    const { rotate, upload, activeIn } = await caseOf([DUE, NEXT], [ready()]);
    const stopped = await rotate({
      inSoak() {
        upload(spare('acme@2027'), NOW);
        throw new Error('stopped in the soak');
      },
    });
    expect(stopped.error).toContain('stopped in the soak');
    const { error } = await rotate();
    expect({ error, active: activeIn('proj_a') }).toEqual({ error: undefined, active: ['cert_2'] });
  });
});

it('an older generation is not chosen for its date, where nobody has a leaf of either', async () => {
  const uploads = [DUE, NEXT, spare('acme@2015')];
  const { rotate, activeIn } = await caseOf(uploads, [], { evidence: 'listing' });
  const { error } = await rotate();
  expect({ error, active: activeIn('proj_a') }).toEqual({ error: undefined, active: ['cert_2'] });
});

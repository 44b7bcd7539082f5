import { describe, expect, it } from 'vitest';
import { demandOwnProject, tellingMisplaced } from '../../lambdas/adapters/hosts/misplaced/own-project.ts';
import type { ClientCredential } from '../../lambdas/adapters/secrets/client-credential.ts';
import { marksOf } from '../../lambdas/adapters/x509/issuer.ts';
import type { Misplaced } from '../../lambdas/domain/blocked/misplaced.ts';
import type { ClientCheck } from '../../lambdas/domain/plan-document/client-check.ts';
import { authorityOf, leafOf } from '../../simulation/certificates/material.ts';

const { key, subject } = marksOf(authorityOf('acme', 0).pem);
const plan = {
  ...{ scope: 'proj_a', successions: [{ retiring: 'cert_old', successor: 'cert_new' }] },
  retiringIssuers: [{ key: key ?? '', subject: subject ?? '' }],
};
const held = (generation: number): ClientCredential => ({
  ...leafOf({ line: 'acme', generation, client: 'api' }),
  ...{ apiKey: 'key', versionId: `v${generation}` },
});
const check: ClientCheck = {
  ...{ client: 'api', project: 'proj_a', secret: 'api', successor: 'cert_new', leaf: 'f', backTo: [] },
};
const answered = {
  exchanges: null,
  control: { kind: 'refused', code: 'certificate_required' },
  own: { kind: 'accepted', project: 'proj_b' },
} as const;
const entrance = {
  calls: () => 0,
  enter: async () => answered,
  pass: async () => answered.own,
  present: async () => answered.own,
  exchanges: async () => null,
};

/**
 * Returns the anchors that a look leaves for the run's other scopes, for a client that runs on what `inUse`
 * gives.
 */
async function toldOf(
  about: Partial<ClientCheck>,
  inUse: () => Promise<ClientCredential | null>,
  isMoved = false,
): Promise<string[]> {
  const told: Misplaced[] = [];
  const verdicts = { leaveMisplaced: async (_: unknown, found: Misplaced) => void told.push(found) };
  const tell = tellingMisplaced(verdicts, { id: 'run', startedAt: '2026-01-01T00:00:00Z' }, plan, {
    isMoved,
  });
  const asking = demandOwnProject(entrance, answered, {
    ...{ host: 'https://host', check: { ...check, ...about }, tell },
    held: { credential: held(1), inUse },
  });
  await expect(asking).rejects.toMatchObject({ name: 'KeyOfAnotherProject' });
  return told.flatMap(({ anchors }) => anchors);
}

const unread = () => Promise.reject(new Error('throttled'));

describe('what the other scopes are told of a client whose key is of another project (I1, F10)', () => {
  it('is what the plan says that it may run on, whatever can be read by now', async () => {
    expect(await toldOf({ mayRunOn: ['cert_other'] }, unread)).toEqual(['cert_other']);
    expect(await toldOf({ mayRunOn: [], excused: 'anything' }, unread)).toEqual([]);
  });

  it('is what its new leaf leads to, once it has been moved', async () => {
    const moved = { mayRunOn: ['cert_old'], mayRunOnMoved: [] };
    expect(await toldOf(moved, unread, true)).toEqual([]);
    expect(await toldOf(moved, unread)).toEqual(['cert_old']);
    expect(await toldOf({ mayRunOn: ['cert_old'] }, unread, true)).toEqual(['cert_old']);
  });

  it('goes by the leaf in use where a plan of an older version does not say it, and takes none that it cannot read for another (I9)', async () => {
    expect(await toldOf({}, async () => held(0))).toEqual(['cert_old']);
    expect(await toldOf({}, unread)).toEqual(['cert_old']);
    expect(await toldOf({}, async () => held(1))).toEqual([]);
    expect(await toldOf({}, async () => null)).toEqual([]);
    expect(await toldOf({ excused: 'anything' }, async () => held(0))).toEqual([]);
  });
});

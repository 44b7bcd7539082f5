import { expect, it } from 'vitest';
import { leavesAfterUndo } from '../../lambdas/adapters/secrets/held-leaf.ts';
import type { Secrets } from '../../lambdas/adapters/secrets/secrets.ts';
import { fingerprintOf } from '../../lambdas/adapters/x509/fingerprint.ts';
import { type ErrorName, WindlassError } from '../../lambdas/domain/errors.ts';
import { authorityOf, leafUnder } from '../../simulation/certificates/material.ts';

/**
 * Returns the leaves to probe after an undo. The client runs on the leaf that the plan saw, and reading its
 * previous version fails with `error`.
 */
async function afterUndo(error: ErrorName) {
  const leaf = await leafUnder(authorityOf('acme', 1, false), { client: 'api' });
  const current = { ...leaf, apiKey: 'sk-api', versionId: 'now' };
  const secrets: Pick<Secrets, 'read'> = {
    async read(_secret, stage) {
      if (stage === 'AWSPREVIOUS') throw new WindlassError(error, 'the version before');
      return stage === 'AWSCURRENT' ? current : null;
    },
  };
  const check = {
    ...{ client: 'api', project: 'proj_a', secret: 'api', successor: 'cert_new' },
    ...{ leaf: fingerprintOf(leaf.certificateChain), retiringLeaf: 'the old leaf' },
  };
  return leavesAfterUndo(secrets, check, {});
}

it('I17: an old version that nobody can read takes nothing from the proof of an undo by what the client runs on', async () => {
  expect(await afterUndo('AwsRefused')).toMatchObject({
    credential: { versionId: 'now' },
    alternative: null,
  });
});

it('I9: what passes by itself is asked again: the old leaf may be the one that gets in', async () => {
  await expect(afterUndo('SecretUnavailable')).rejects.toMatchObject({ name: 'SecretUnavailable' });
});

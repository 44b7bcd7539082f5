import { WindlassError } from '../../domain/errors.ts';
import { rememberedCompromise } from '../../domain/planning/compromise.ts';
import type { Journal } from '../table/journal.ts';
import { keyDigestOf } from '../x509/leaf.ts';
import type { Certificates } from './certificates.ts';

/**
 * Throws `AnchorCompromised` for an anchor that is remembered as compromised by now, or has the key of one: an emergency
 * writes that down before it has the lease, so a plan may not know yet (I15).
 */
export async function demandTrusted(
  { certificates, journal }: { certificates: Certificates; journal: Journal },
  scope: string,
  anchorIds: readonly string[],
): Promise<void> {
  const named = await journal.compromised();
  if (named.length === 0) return;
  const { ids, keys } = rememberedCompromise(named);
  for (const anchorId of anchorIds) {
    const isNamed =
      ids.has(anchorId) ||
      (keys.size > 0 && keys.has(keyDigestOf(await certificates.content(anchorId)) ?? ''));
    if (isNamed)
      throw new WindlassError(
        'AnchorCompromised',
        `${anchorId} has been named as compromised since the plan was made, or has a key that is, so it was not activated in ${scope}; start a new run, which chooses another`,
      );
  }
}

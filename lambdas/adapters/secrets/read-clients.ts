import pMap from 'p-map';
import type { Clock } from '../../clock.ts';
import type { Client, IdentityChange } from '../../domain/client.ts';
import { type ErrorName, isOneOf, WindlassError } from '../../domain/errors.ts';
import type { ClientFacts, Holding } from '../../domain/leaf/client-facts.ts';
import { OUTDATED_IDENTITY, UNPROBED_IDENTITY, WITHOUT_KEY } from '../../domain/leaf/problems.ts';
import { chainDigestOf } from '../x509/fingerprint.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import { type ClientCredential, isSameIdentity } from './client-credential.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './version-stages.ts';

/**
 * Returns every client's leaves at each version stage, checked offline against the anchors (F13). A secret
 * that is broken or missing is its own client's fault: what that client runs on is unknown, and all others
 * are read (I17). Throws errors that pass by themselves, such as `SecretUnavailable`: a plan made without an
 * answer would block for nothing.
 *
 * With `urgent`, such an error too concerns only its own client, and keeps no other waiting (I16, I17). With
 * `unprobed`, hosts are not asked about staged leaves. With `keyed`, for witnesses, a leaf without an API key
 * beside it is unusable, because no call can be made with it (F16).
 */
export function readClients(
  { secrets, clock }: { secrets: Secrets; clock: Clock },
  clients: readonly Client[],
  anchors: readonly { anchorId: string; pem: string }[],
  {
    concurrency,
    urgent,
    unprobed,
    keyed = false,
  }: { concurrency: number; urgent: boolean; unprobed: boolean; keyed?: boolean },
): Promise<ClientFacts[]> {
  const read = async (secret: string, stage: Stage): Promise<Read> => {
    try {
      return await secrets.read(secret, stage);
    } catch (error) {
      if (isOwnFault(error)) return { unknown: error.message };
      if (urgent && error instanceof WindlassError) return { unknown: error.message, passing: true };
      throw error;
    }
  };
  const holding = (held: Read, stage: Stage, more: readonly string[] = []): Holding => {
    const credential = credentialIn(held);
    if (!credential) return held === null || 'unknown' in held ? held : null;
    const isUnprobed = unprobed && stage === 'AWSPENDING';
    const leaf = inspectLeaf(credential, anchors, clock(), { unprobed: isUnprobed });
    const flaws = keyed && !('apiKey' in credential) ? [WITHOUT_KEY] : more;
    if (flaws.length === 0) return leaf;
    // Time alone does not cure these flaws, so the leaf is not one that only has to begin to be valid.
    const { coming: _, ...rest } = leaf;
    return { ...rest, problems: [...leaf.problems, ...flaws] };
  };
  // If a secret cannot be read, its current version is compared with the one that was last seen, if Secrets
  // Manager says which is current.
  const versionOf = async (secret: string, held: Read): Promise<string | undefined> => {
    if (held === null || !('unknown' in held)) return held?.versionId;
    if (held.passing) return undefined;
    return (await secrets.versionAt(secret, 'AWSCURRENT').catch(() => null)) ?? undefined;
  };
  return pMap(
    clients,
    async (client) => {
      const [running, staged, previous] = await Promise.all([
        read(client.secret, 'AWSCURRENT'),
        read(client.secret, 'AWSPENDING'),
        read(client.secret, 'AWSPREVIOUS'),
      ]);
      // A witness is never moved.
      const changesIdentity = keyed ? undefined : identityChange(running, staged, previous);
      const { stagedLabel } = secrets;
      const versions = {
        running: await versionOf(client.secret, running),
        staged: credentialIn(staged)?.versionId,
      };
      return {
        ...client,
        running: holding(running, 'AWSCURRENT'),
        staged: holding(staged, 'AWSPENDING', flawsOf(changesIdentity, unprobed)),
        previous: holding(previous, 'AWSPREVIOUS'),
        versions,
        ...(changesIdentity && { changesIdentity: changesIdentity.versions }),
        ...(isOneVersion(staged, previous) && { isLeftStaged: true }),
        ...(stagedLabel && { stagedLabel }),
      };
    },
    { concurrency },
  );
}

/** What one version stage of a secret holds, or why that is unknown. */
type Read = ClientCredential | Extract<Holding, { unknown: string }> | null;

const credentialIn = (read: Read): ClientCredential | null =>
  read === null || 'unknown' in read ? null : read;

const isOneVersion = (one: Read, other: Read): boolean =>
  credentialIn(one) !== null && credentialIn(one)?.versionId === credentialIn(other)?.versionId;

/**
 * Returns both versions if the staged one has another API key, or other ids, than the client calls with now.
 * If the staged leaf is the very leaf that the client runs on, the client is not moved, so its identity does
 * not change.
 */
function identityChange(running: Read, staged: Read, previous: Read): Change | undefined {
  const [from, to, before] = [running, staged, previous].map(credentialIn);
  if (!from || !to || isSameIdentity(from, to)) return undefined;
  if (chainDigestOf(from.certificateChain) === chainDigestOf(to.certificateChain)) return undefined;
  const { createdAt: stagedAt = Number.POSITIVE_INFINITY } = to;
  // The previous version may have the same identity, and be older than the staged one. Then the running
  // version may only renew the leaf, and the staged identity is not outdated.
  const isSinceBefore =
    before && isSameIdentity(before, from) && (before.createdAt ?? Number.POSITIVE_INFINITY) <= stagedAt;
  const isOutdated = stagedAt < (from.createdAt ?? 0) && !isSinceBefore;
  return { versions: { running: from.versionId, staged: to.versionId }, isOutdated };
}

/**
 * A staged version that changes the client's identity. `isOutdated` when the version that the client calls
 * with is the newer one.
 */
type Change = { versions: IdentityChange; isOutdated: boolean };

function flawsOf(change: Change | undefined, unprobed: boolean): string[] {
  if (change?.isOutdated) return [OUTDATED_IDENTITY];
  return change && unprobed ? [UNPROBED_IDENTITY] : [];
}

/**
 * Throws `SecretUnavailable` when there are several clients and none has an answer: then Secrets Manager
 * itself does not answer.
 */
export function demandAnyAnswer(read: readonly ClientFacts[]): void {
  const unanswered = read.flatMap(({ running }) =>
    running && 'unknown' in running && running.passing ? running.unknown : [],
  );
  const [first] = unanswered;
  if (first !== undefined && unanswered.length > 1 && unanswered.length === read.length)
    throw new WindlassError('SecretUnavailable', `no client's secret can be read: ${first}`);
}

/** Whether an error is the fault of one secret, and stays until somebody repairs that secret. */
export const isOwnFault = (error: unknown): error is WindlassError => isOneOf(error, OWN_FAULTS);

const OWN_FAULTS: readonly ErrorName[] = [
  'SecretMissing',
  'SecretInvalid',
  'AwsRefused',
  'InvalidConfiguration',
];

import pMap from 'p-map';
import type { Clock } from '../../clock.ts';
import {
  type Client,
  type ClientFacts,
  type Holding,
  type IdentityChange,
  OUTDATED_IDENTITY,
  UNPROBED_IDENTITY,
  WITHOUT_KEY,
} from '../../domain/client.ts';
import { type ErrorName, isOneOf, WindlassError } from '../../domain/errors.ts';
import { chainDigestOf } from '../x509/fingerprint.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import { type ClientCredential, isSameIdentity } from './client-credential.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './version-stages.ts';

/**
 * Every client's leaves at each version stage, looked at offline against the anchors (F13). A secret that is broken
 * or missing is its own client's fault: nobody knows what it runs on, and everybody else is read all the same (I17).
 * Throws what passes by itself, such as `SecretUnavailable`: a plan made without an answer would block for nothing. Where it is
 * `urgent`, or has lasted, that is its own client's affair as well, and everybody else is not kept waiting for it (I16, I17). Where hosts are not asked
 * about what is staged, it is `unprobed`. Witnesses are `keyed`: a leaf without an API key beside it is none that anybody can look at (F16).
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
    // Time alone does not mend these.
    const { coming: _, ...rest } = leaf;
    return { ...rest, problems: [...leaf.problems, ...flaws] };
  };
  // Whoever cannot be read is held against the version that was seen last, where Secrets Manager says which is current.
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
      // Nobody moves a witness.
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

/** What one version stage of a secret holds, or why nobody can say. */
type Read = ClientCredential | Extract<Holding, { unknown: string }> | null;

const credentialIn = (read: Read): ClientCredential | null =>
  read === null || 'unknown' in read ? null : read;

const isOneVersion = (one: Read, other: Read): boolean =>
  credentialIn(one) !== null && credentialIn(one)?.versionId === credentialIn(other)?.versionId;

/**
 * Both versions, where the staged one has another API key, or other ids, than the client calls with now. Nobody is moved to the very leaf that he runs on, and so to nothing
 * that stands beside it.
 */
function identityChange(running: Read, staged: Read, previous: Read): Change | undefined {
  const [from, to, before] = [running, staged, previous].map(credentialIn);
  if (!from || !to || isSameIdentity(from, to)) return undefined;
  if (chainDigestOf(from.certificateChain) === chainDigestOf(to.certificateChain)) return undefined;
  const { createdAt: stagedAt = Number.POSITIVE_INFINITY } = to;
  // Where the version before says the same, a renewal of the leaf alone may have come after what is staged.
  const isSinceBefore =
    before && isSameIdentity(before, from) && (before.createdAt ?? Number.POSITIVE_INFINITY) <= stagedAt;
  const isOutdated = stagedAt < (from.createdAt ?? 0) && !isSinceBefore;
  return { versions: { running: from.versionId, staged: to.versionId }, isOutdated };
}

/** Where what is staged says otherwise who the client is; `isOutdated` where the version that it calls with is the newer one. */
type Change = { versions: IdentityChange; isOutdated: boolean };

function flawsOf(change: Change | undefined, unprobed: boolean): string[] {
  if (change?.isOutdated) return [OUTDATED_IDENTITY];
  return change && unprobed ? [UNPROBED_IDENTITY] : [];
}

/** Throws `SecretUnavailable` where no client of several has been answered for: then it is Secrets Manager that does not answer. */
export function demandAnyAnswer(read: readonly ClientFacts[]): void {
  const unanswered = read.flatMap(({ running }) =>
    running && 'unknown' in running && running.passing ? running.unknown : [],
  );
  const [first] = unanswered;
  if (first !== undefined && unanswered.length > 1 && unanswered.length === read.length)
    throw new WindlassError('SecretUnavailable', `no client's secret can be read: ${first}`);
}

/** True for what is wrong with one secret, and stays so until somebody repairs it. */
export const isOwnFault = (error: unknown): error is WindlassError => isOneOf(error, OWN_FAULTS);

const OWN_FAULTS: readonly ErrorName[] = [
  'SecretMissing',
  'SecretInvalid',
  'AwsRefused',
  'InvalidConfiguration',
];

import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { WindlassError } from '../../domain/errors.ts';
import { stagedLabelFromEnvironment } from '../environment.ts';
import { type ClientCredential, clientSecretSchema } from './client-credential.ts';
import { demandReplicated } from './replicas.ts';
import { readSecret, secretsManagerClient } from './secret-value.ts';
import { describe, move, OWN, type Stage } from './version-stages.ts';

/** Client secrets and their version stages. Every method throws only WindlassErrors. */
export interface Secrets {
  /** The label at which staged leaves wait, if it is not `AWSPENDING`: for messages to people. */
  stagedLabel?: string;
  /** Returns the version at a stage, or null when no version is there. Never cached. */
  read(secret: string, stage: Stage): Promise<ClientCredential | null>;
  /** Returns the id of the version at a stage, even if its value cannot be read; null when there is none. */
  versionAt(secret: string, stage: Stage): Promise<string | null>;
  /**
   * Makes the pending version `to` current in place of `from`, or of none. `from` becomes `AWSPREVIOUS`.
   * Throws `LeafChanged` when somebody has made a third version current since. Safe to run twice.
   */
  promote(secret: string, versions: { from: string | undefined; to: string }): Promise<void>;
  /**
   * Makes version `to` current again in place of `from`, and stages `from` as `AWSPENDING` for the next run,
   * unless something else is staged. Leaves a version alone that somebody has made current since. Returns
   * whether `to` is current. Safe to run twice, and to be stopped anywhere.
   */
  restore(secret: string, versions: { from: string; to: string }): Promise<boolean>;
}

/**
 * Returns the version that was current before, or null when none can be parsed. It only serves to prove that
 * an old leaf is refused, or to go back to; a secret's first version may have been a placeholder.
 */
export async function readPrevious(
  secrets: Pick<Secrets, 'read'>,
  secret: string,
): Promise<ClientCredential | null> {
  try {
    return await secrets.read(secret, 'AWSPREVIOUS');
  } catch (error) {
    if (error instanceof WindlassError && error.name === 'SecretInvalid') return null;
    throw error;
  }
}

/** Client secrets in AWS Secrets Manager, with staged leaves at `stagedLabel`. */
export function secretsManager(
  connect: () => Promise<SecretsManager> = secretsManagerClient(),
  stagedLabel = 'AWSPENDING',
): Secrets {
  const label = (stage: Stage) => (stage === 'AWSPENDING' ? stagedLabel : stage);
  return {
    ...(stagedLabel !== 'AWSPENDING' && { stagedLabel }),
    async read(secret, stage) {
      const found = await readSecret(await connect(), secret, label(stage), clientSecretSchema);
      if (!found) return null;
      const { value, ...version } = found;
      return { ...value, ...version };
    },
    async versionAt(secret, stage) {
      const { holders } = await describe(await connect(), secret, label);
      return holders[stage] ?? null;
    },
    async promote(secret, { from, to }) {
      const client = await connect();
      const { holders, replication } = await describe(client, secret, label);
      if (holders.AWSCURRENT !== to) {
        demandReplicated(secret, replication);
        if (holders.AWSPENDING !== to)
          throw new WindlassError(
            'LeafChanged',
            `secret ${secret}: version ${to} is neither ${stagedLabel} nor AWSCURRENT any more`,
          );
        if (holders.AWSCURRENT !== from)
          throw new WindlassError(
            'LeafChanged',
            `secret ${secret}: somebody has just given it another version at AWSCURRENT than ${from ?? 'none'}`,
          );
        // Naming the version that loses the stage makes this a compare-and-set. AWS itself moves AWSPREVIOUS
        // there.
        await move(client, secret, 'AWSCURRENT', { from, to, ...OWN });
      }
      // A run that was stopped after the first call finishes here.
      if (holders.AWSPENDING === to) await move(client, secret, stagedLabel, { from: to, ...OWN });
    },
    async restore(secret, { from, to }) {
      const client = await connect();
      // No check of the replicas here: the client has to get in again, even if a replica does not follow.
      const { holders } = await describe(client, secret, label);
      const { AWSCURRENT, AWSPENDING } = holders;
      if (AWSCURRENT !== from) return AWSCURRENT === to;
      // The version is staged before the client leaves it: if the run is stopped in between, the next run
      // finds it. What somebody else has staged by now stays.
      if (!AWSPENDING) await move(client, secret, stagedLabel, { from: undefined, to: from });
      await move(client, secret, 'AWSCURRENT', { from, to });
      return true;
    },
  };
}

/** Returns the client secrets to which the environment's AWS settings point. */
export const secretsFromEnvironment = (): Secrets =>
  secretsManager(secretsManagerClient(), stagedLabelFromEnvironment());

import { randomUUID } from 'node:crypto';
import { AwsFault, type AwsOperations, type JsonObject } from './aws-operations.ts';

const [CURRENT, PREVIOUS] = ['AWSCURRENT', 'AWSPREVIOUS'];

type Version = { versionId: string; value: string; stages: Set<string>; createdAt: number };

/** The secrets of a rehearsal's account, in memory, with Secrets Manager's rules for version stages. */
export interface SecretStore {
  /** Adds a version and gives it these stages, which it takes from the versions that had them. */
  put(secret: string, value: string, stages?: readonly string[], versionId?: string): string;
  /** The value at a stage, or null when the secret has no version there. */
  read(secret: string, stage: string): { versionId: string; value: string } | null;
  remove(secret: string): void;
  /**
   * How often a version has come, gone or changed its stages. While this number
   * stays the same, so does every read.
   */
  changes(): number;
  /** Gives a secret these tags in place of its earlier ones. */
  tag(secret: string, tags: Readonly<Record<string, string>>): void;
  /** Makes a secret the replica of one in this region: it can be read here, and changed only there. */
  replicate(secret: string, primaryRegion: string): void;
  /** Sets the status of a secret's replica in a region. */
  replicateTo(secret: string, region: string, status: 'InSync' | 'InProgress' | 'Failed'): void;
  readonly operations: AwsOperations<
    'GetSecretValue' | 'DescribeSecret' | 'PutSecretValue' | 'UpdateSecretVersionStage'
  >;
}

/** Creates the store; `now` is in Unix seconds. */
export function createSecretStore(now = (): number => Date.now() / 1000): SecretStore {
  const secrets = new Map<string, Version[]>();
  const tagsOf = new Map<string, Readonly<Record<string, string>>>();
  const primaries = new Map<string, string>();
  const replicas = new Map<string, Map<string, string>>();
  let changes = 0;

  const versionsOf = (secret: unknown): Version[] =>
    secrets.get(String(secret)) ?? notFound("Secrets Manager can't find the specified secret.");

  function demandPrimary({ SecretId }: JsonObject): void {
    if (!primaries.has(String(SecretId))) return;
    throw new AwsFault(
      'InvalidParameterException',
      "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    );
  }

  function attach(versions: Version[], stage: string, to: Version): void {
    const from = versions.find(({ stages }) => stages.has(stage));
    if (from === to) return;
    changes++;
    from?.stages.delete(stage);
    to.stages.add(stage);
    if (stage === CURRENT && from) attach(versions, PREVIOUS, from);
  }

  const store: Omit<SecretStore, 'operations'> = {
    put(secret, value, stages = [CURRENT], versionId = randomUUID()) {
      const versions = secrets.get(secret) ?? [];
      secrets.set(secret, versions);
      const version = { versionId, value, stages: new Set<string>(), createdAt: now() };
      versions.push(version);
      for (const stage of stages) attach(versions, stage, version);
      return versionId;
    },
    read: (secret, stage) => secrets.get(secret)?.find(({ stages }) => stages.has(stage)) ?? null,
    remove(secret) {
      changes++;
      secrets.delete(secret);
    },
    changes: () => changes,
    tag: (secret, tags) => void tagsOf.set(secret, tags),
    replicate: (secret, primaryRegion) => void primaries.set(secret, primaryRegion),
    replicateTo(secret, region, status) {
      const all = replicas.get(secret) ?? new Map();
      replicas.set(secret, all.set(region, status));
    },
  };

  const operations: SecretStore['operations'] = {
    GetSecretValue(body) {
      const versions = versionsOf(body.SecretId);
      const found =
        select(versions, body) ??
        notFound(`Secrets Manager can't find the specified secret value for ${wanted(body)}`);
      return {
        ...named(body),
        VersionId: found.versionId,
        SecretString: found.value,
        CreatedDate: found.createdAt,
        VersionStages: [...found.stages],
      };
    },
    DescribeSecret(body) {
      const labelled = versionsOf(body.SecretId).filter(({ stages }) => stages.size > 0);
      const stages = labelled.map(({ versionId, stages }) => [versionId, [...stages]]);
      const tags = Object.entries(tagsOf.get(String(body.SecretId)) ?? {});
      const Tags = tags.map(([Key, Value]) => ({ Key, Value }));
      const PrimaryRegion = primaries.get(String(body.SecretId));
      const all = [...(replicas.get(String(body.SecretId)) ?? [])];
      const ReplicationStatus = all.map(([Region, Status]) => ({ Region, Status }));
      return {
        ...{ ...named(body), VersionIdsToStages: Object.fromEntries(stages), Tags, PrimaryRegion },
        ...(all.length > 0 && { ReplicationStatus }),
      };
    },
    PutSecretValue(body) {
      versionsOf(body.SecretId);
      demandPrimary(body);
      const stages = (body.VersionStages as string[] | undefined) ?? [CURRENT];
      const token = body.ClientRequestToken as string | undefined;
      const versionId = store.put(String(body.SecretId), String(body.SecretString), stages, token);
      return { ...named(body), VersionId: versionId, VersionStages: stages };
    },
    UpdateSecretVersionStage(body) {
      const versions = versionsOf(body.SecretId);
      demandPrimary(body);
      const stage = String(body.VersionStage);
      const holder = versions.find(({ stages }) => stages.has(stage));
      if (holder?.versionId !== body.RemoveFromVersionId) refuseStageMove(stage, holder, body);
      const to = versions.find(({ versionId }) => versionId === body.MoveToVersionId);
      if (body.MoveToVersionId !== undefined && !to)
        notFound(
          `Secrets Manager can't find the specified secret value for VersionId: ${body.MoveToVersionId}`,
        );
      if (to) attach(versions, stage, to);
      else {
        changes++;
        holder?.stages.delete(stage);
      }
      return named(body);
    },
  };
  return { ...store, operations };
}

const select = (
  versions: Version[],
  { VersionId, VersionStage = VersionId ? undefined : CURRENT }: JsonObject,
) =>
  versions.find(
    ({ versionId, stages }) =>
      (VersionId === undefined || versionId === VersionId) &&
      (VersionStage === undefined || stages.has(String(VersionStage))),
  );

const wanted = ({ VersionId, VersionStage }: JsonObject): string =>
  VersionId ? `VersionId: ${VersionId}` : `staging label: ${VersionStage ?? CURRENT}`;

const named = ({ SecretId }: JsonObject): JsonObject => ({
  ARN: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${SecretId}`,
  Name: SecretId,
});

function refuseStageMove(
  stage: string,
  holder: Version | undefined,
  { RemoveFromVersionId }: JsonObject,
): never {
  const message = RemoveFromVersionId
    ? `Staging label ${stage} is not currently attached to version ${RemoveFromVersionId}`
    : `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder?.versionId}, so you must explicitly reference that version in RemoveFromVersionId.`;
  throw new AwsFault('InvalidParameterException', message);
}

function notFound(message: string): never {
  throw new AwsFault('ResourceNotFoundException', message);
}

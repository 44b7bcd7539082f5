import { Aws, type CfnElement, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { type IItemReader, JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inWave } from './machine/paths.ts';
import type { StepNeeds } from './steps.ts';

/** Long enough to look back at a yearly rotation. */
const KEPT = Duration.days(400);

/**
 * The bucket in which Plan writes what each run works on: private, over TLS only, encrypted. Every list is
 * kept for 400 days. A version that was replaced or deleted is kept as long, since a run reads the version
 * that it has pinned.
 */
export function manifestBucket(scope: Construct): Bucket {
  const bucket = new Bucket(scope, 'Manifests', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [{ expiration: KEPT, noncurrentVersionExpiration: KEPT }],
    // What a rotation worked on has to be readable after the stack is gone, like the audit trail.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'It holds ids and fingerprints. Every version is pinned and hashed by its readers, and Plan alone may write.',
  });
  return bucket;
}

/**
 * The statements for what a step may do with the lists. A list is read in a pinned version, which needs a
 * permission of its own.
 */
export const manifestStatements = (bucket: Bucket, manifests: StepNeeds['manifests']): PolicyStatement[] =>
  manifests
    ? [
        new PolicyStatement({
          actions: manifests === 'write' ? ['s3:PutObject'] : ['s3:GetObject', 's3:GetObjectVersion'],
          resources: [bucket.arnForObjects(OBJECTS)],
        }),
      ]
    : [];

/** The statement that lets a step read what its last attempt has listed. */
export const surveyStatement = (bucket: Bucket): PolicyStatement =>
  new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(SURVEYS)] });

/** The objects of every run. */
const OBJECTS = 'rotations/*';
const SURVEYS = `${OBJECTS}/survey.json`;

const READ = `arn:${Aws.PARTITION}:states:::s3:getObject`;

/** Acknowledges that a policy names all objects: their names come into being with the runs. */
export function acknowledgeManifests(on: Construct, bucket: Bucket): void {
  const { stack, node } = bucket;
  const logicalId = stack.getLogicalId(node.defaultChild as CfnElement);
  for (const objects of [OBJECTS, SURVEYS])
    Validations.of(on).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${objects}]`,
      reason: 'The lists of every run, which have no names before it starts; nothing else is in the bucket.',
    });
}

/**
 * Lets a distributed Map read the list of one wave in the version that Plan wrote. The CDK's own reader
 * supports no version.
 */
export const listReader = (bucket: Bucket): IItemReader => ({
  bucket,
  resource: READ,
  render: () => ({
    Resource: READ,
    ReaderConfig: { InputType: 'JSON' },
    Parameters: {
      'Bucket.$': inWave.at('wave.list.bucket'),
      'Key.$': inWave.at('wave.list.key'),
      'VersionId.$': inWave.at('wave.list.version'),
    },
  }),
  providePolicyStatements: () => manifestStatements(bucket, 'read'),
  validateItemReader: () => [],
});

/** The ARN of the execution that a state runs in. Within a distributed Map, that is the child's. */
export const thisExecution = (): string => JsonPath.stringAt('$$.Execution.Id');

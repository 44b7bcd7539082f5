import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, type Stack, Stage } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Organization } from './config.ts';
import { clientListOf } from './configured.ts';

/**
 * The client list that a deployment puts into S3: the environment that tells functions its place, and the
 * permission to read it.
 */
export type ListAsset = { environment: Record<string, string>; statement: PolicyStatement };

/**
 * Puts every client and witness of one organization as an object into the CDK's bucket, named by its content.
 * A machine carries 256 KiB and a function's environment 4 KB; this object has no such limit. Its readers
 * compare its digest, since others of the account deploy into that bucket too.
 */
export function clientListAsset(stack: Stack, name: string, organization: Organization): ListAsset {
  const text = JSON.stringify(clientListOf(organization));
  const directory = join(Stage.of(stack)?.outdir ?? 'cdk.out', 'clients');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.json`);
  writeFileSync(path, text);
  const { s3BucketName, s3ObjectKey } = new Asset(stack, 'Clients', { path });
  const digest = createHash('sha256').update(text).digest('hex');
  return {
    environment: { WINDLASS_CLIENTS: `s3://${s3BucketName}/${s3ObjectKey}#${digest}` },
    // Only this one object: other stacks' templates and code are in the same bucket.
    statement: new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [`arn:${Aws.PARTITION}:s3:::${s3BucketName}/${s3ObjectKey}`],
    }),
  };
}

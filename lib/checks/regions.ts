/** The settings of an organization that may name a place in AWS. */
type Placed = {
  region?: string | undefined;
  adminSecret: string;
  clients: readonly { secret: string }[];
  mustRefuse: readonly { secret: string }[];
  secretsKey?: string | undefined;
};

export type Misplaced = { path: (string | number)[]; message: string };

/** An AWS region as its endpoints spell it. */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;

/**
 * Returns ARNs of another region or partition than the stack's, with their paths. A function calls the
 * Secrets Manager of its own region, and a secret's key is in the secret's region. When no region is
 * configured, the first ARN decides where the stack has to be.
 */
export function misplaced(placed: Placed): Misplaced[] {
  const { region } = placed;
  const all = arnsIn(placed);
  const where =
    region === undefined ? placeOf(all[0]?.arn ?? '') : { region, partition: partitionOf(region) };
  const whose = region === undefined ? `as ${all[0]?.path.join('.')} is` : 'where this stack is';
  return all.flatMap(({ path, arn }) => {
    const place = placeOf(arn);
    if (place.region === where.region && place.partition === where.partition) return [];
    return [
      {
        path,
        message: `"${arn}" is in ${place.region} (${place.partition}), and not in ${where.region} (${where.partition}), ${whose}`,
      },
    ];
  });
}

/**
 * The region in which a stack has to be according to its entry. Undefined when the entry leaves it to the
 * usual AWS settings.
 */
export const regionOf = (placed: Placed): string | undefined =>
  placed.region ?? (placeOf(arnsIn(placed)[0]?.arn ?? '').region || undefined);

const arnsIn = ({ adminSecret, clients, mustRefuse, secretsKey }: Placed) =>
  [
    { path: ['adminSecret'], arn: adminSecret },
    ...clients.map(({ secret }, i) => ({ path: ['clients', i, 'secret'], arn: secret })),
    ...mustRefuse.map(({ secret }, i) => ({ path: ['mustRefuse', i, 'secret'], arn: secret })),
    { path: ['secretsKey'], arn: secretsKey ?? '' },
  ].filter(({ arn }) => arn.startsWith('arn:'));

function placeOf(arn: string): { partition: string; region: string } {
  const [, partition = '', , region = ''] = arn.split(':');
  return { partition, region };
}

/** The AWS partition of a region. The partitions are separate clouds that share nothing. */
const partitionOf = (region: string): string =>
  PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';

const PARTITIONS = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
] as const;

import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import type { Configuration, Organization } from '../../lib/config.ts';
import type { Machine } from '../account/machine.ts';
import { examineCredentials, findMachine } from './account.ts';
import { examineAdminKey } from './admin-key.ts';
import { readEntry } from './configuration.ts';
import { examineStack } from './deployed.ts';
import { type Check, checks, type Finding, type Severity, unchecked } from './finding.ts';
import { examineHosts } from './hosts.ts';
import { examineNames } from './names.ts';
import { examineListings, examineRotation } from './rotation.ts';
import { examineLastRun, examineSchedule } from './runs.ts';
import { examineAdminSecret, examineClients } from './secrets.ts';
import { examineSubscription } from './subscription.ts';
import { synthesizedTemplate } from './synthesized.ts';
import { examineVersion } from './version.ts';
import { examineWitnesses } from './witnesses.ts';

/** What `windlass doctor --json` prints. Times are ISO 8601. */
export type Diagnosis = {
  at: string;
  organization: string;
  verdict: 'well' | 'attention' | 'failed';
  counts: Record<Severity, number>;
  findings: Finding[];
};

export type Asked = {
  name?: string | undefined;
  config?: string | undefined;
  /** The stack's table, where somebody has named it. */
  table?: string | undefined;
  now: number;
  /** Hears what is looked at, and when the API makes it wait. */
  onLook: (what: string) => void;
};

/** Looks at a configuration and at its stack; it changes nothing, and one finding hides no other. Throws `InvalidInput`. */
export async function examine({ name: asked, config, table, now, onLook }: Asked): Promise<Diagnosis> {
  const { name, organization, configuration, findings } = await readEntry(asked, config);
  const look = { name, organization, configuration, table, now, onLook };
  onLook('looking for AWS credentials');
  const credentials = await examineCredentials();
  const [within, stack] = credentials.isReady
    ? await Promise.all([examineOrganization(look), examineDeployment(look)])
    : [notMade(OF_THE_ORGANIZATION, NO_CREDENTIALS), notMade(OF_THE_STACK, NO_CREDENTIALS)];
  return diagnosed(name, now, [...findings, ...credentials.findings, ...within, ...stack]);
}

type Look = Pick<Asked, 'table' | 'now' | 'onLook'> & {
  name: string;
  organization: Organization | null;
  configuration: Configuration | null;
};

const OF_THE_ORGANIZATION = [
  'admin secret',
  'admin key',
  'anchor names',
  'client secret',
  'witness',
  'host',
  'rotation',
] as const;
const OF_THE_STACK = ['stack', 'schedule', 'last run without a halt', 'subscription', 'version'] as const;

/** Why checks were not made, and what has to be mended before they can be. */
type Why = { why: string; remedy: string };

const NO_CREDENTIALS: Why = {
  why: 'AWS cannot be asked',
  remedy: 'Mend credentials and region first.',
};
const NO_CONFIGURATION: Why = {
  why: 'the configuration is not valid',
  remedy: 'Correct the configuration first.',
};
const NO_KEY: Why = { why: 'there is no key', remedy: 'Mend the admin secret first.' };
const NO_STACK: Why = { why: 'no stack was found', remedy: 'Deploy it first, or look where it is.' };

const notMade = (which: readonly Check[], { why, remedy }: Why): Finding[] =>
  which.map((check) => unchecked({ check, subject: '—' }, why, remedy));

async function examineOrganization({ name, organization, table, now, onLook }: Look): Promise<Finding[]> {
  if (!organization) return notMade(OF_THE_ORGANIZATION, NO_CONFIGURATION);
  onLook('reading the admin secret');
  const { credential, findings } = await examineAdminSecret(organization, now);
  const key = credential ? await keyOf(organization, credential, onLook) : null;
  const names = key?.anchors
    ? examineNames(key.anchors, key.projects, organization, now)
    : notMade(['anchor names'], { why: 'no anchor could be listed', remedy: 'Mend the admin key first.' });
  if (credential) onLook('listing every project');
  const listings = credential
    ? await examineListings(organization, { credential, onWait: waiting(onLook) })
    : { inventory: null, findings: notMade(['rotation'], NO_KEY) };
  const { inventory } = listings;
  const certificates = key?.certificates ?? null;
  onLook("reading the clients' secrets");
  const clients = await examineClients(organization, { certificates, inventory, now });
  onLook('asking the hosts');
  return [
    ...findings,
    ...(key?.findings ?? notMade(['admin key'], NO_KEY)),
    ...names,
    ...clients.findings,
    ...(await examineWitnesses(organization, certificates, now)),
    ...(await examineHosts(organization, clients.runners)),
    ...listings.findings,
    ...(inventory && certificates
      ? await examineRotation({ name, organization, certificates, inventory, table, now })
      : []),
  ];
}

function keyOf(organization: Organization, credential: AdminCredential, onLook: Asked['onLook']) {
  onLook(`asking ${organization.baseUrl}`);
  return examineAdminKey({ organization, credential, onWait: waiting(onLook) });
}

const waiting = (onLook: Asked['onLook']) => (ms: number) =>
  onLook(`the API limits how often it may be asked: waiting ${ms / 1_000} s`);

async function examineDeployment(look: Look): Promise<Finding[]> {
  const { machine, findings } = await findMachine(look.name);
  if (!machine) return [...findings, ...notMade(OF_THE_STACK.slice(1), NO_STACK)];
  const [{ topicArn, findings: deployed }, schedule, success] = await Promise.all([
    examineStack(look.name, machine),
    examineSchedule(machine, look.now),
    examineLastRun(machine, look.now, look.table),
  ]);
  const subscription = topicArn
    ? await examineSubscription(topicArn, machine)
    : notMade(['subscription'], {
        why: 'the alarm topic is not known',
        remedy: "Look at the stack's output AlarmTopicArn in SNS.",
      });
  const version = await versionOf(look, machine);
  return [...findings, ...deployed, ...schedule, ...success, ...subscription, ...version];
}

async function versionOf({ name, configuration, onLook }: Look, machine: Machine): Promise<Finding[]> {
  if (!configuration) return notMade(['version'], NO_CONFIGURATION);
  onLook('comparing the stack with what would be deployed');
  return examineVersion(name, { configuration, machine, synthesize: synthesizedTemplate });
}

function diagnosed(organization: string, now: number, found: readonly Finding[]): Diagnosis {
  // A host, a hold or a line that stands twice is seen twice, and is one thing to mend.
  const findings = [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
  const count = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  const counts = {
    ok: count('ok'),
    warning: count('warning'),
    failed: count('failed'),
    unchecked: count('unchecked'),
  };
  const quiet = counts.warning + counts.unchecked === 0;
  return {
    at: instant(now),
    organization,
    verdict: counts.failed > 0 ? 'failed' : quiet ? 'well' : 'attention',
    counts,
    findings: findings.toSorted((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check)),
  };
}

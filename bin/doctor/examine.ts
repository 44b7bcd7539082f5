import { instant } from '../../lambdas/domain/instant.ts';
import { regionOf } from '../../lib/checks/regions.ts';
import type { Machine } from '../account/machine.ts';
import { examineCredentials, findMachine } from './account.ts';
import { readEntry } from './configuration.ts';
import { examineStack } from './deployed.ts';
import { checks, type Finding, type Severity } from './finding.ts';
import { examineLeftBehind } from './left-behind.ts';
import { examineOrganization, type Look } from './organization.ts';
import { examineLastRun, examineSchedule } from './runs.ts';
import { examineSubscription } from './subscription.ts';
import { synthesizedTemplate } from './synthesized.ts';
import {
  NO_CONFIGURATION,
  NO_CREDENTIALS,
  NO_STACK,
  notMade,
  OF_THE_ORGANIZATION,
  OF_THE_STACK,
} from './unmade.ts';
import { examineVersion } from './version.ts';

/** What `windlass doctor --json` prints. Times are ISO 8601. */
export type Diagnosis = {
  at: string;
  organization: string;
  verdict: 'well' | 'attention' | 'failed';
  counts: Record<Severity, number>;
  findings: Finding[];
};

export type Asked = Pick<Look, 'table' | 'now' | 'onLook'> & {
  name?: string | undefined;
  config?: string | undefined;
};

/**
 * Checks a configuration and its stack, and changes nothing. One failed check hides no other. Throws
 * `InvalidInput`.
 */
export async function examine({ name: asked, config, table, now, onLook }: Asked): Promise<Diagnosis> {
  const { name, organization, configuration, entries, findings } = await readEntry(asked, config);
  const region = organization ? regionOf(organization) : undefined;
  const look = { name, organization, region, configuration, table, now, onLook };
  onLook('looking for AWS credentials');
  const credentials = await examineCredentials(region);
  if (!credentials.isReady) {
    const unmade = [
      ...notMade(OF_THE_ORGANIZATION, NO_CREDENTIALS),
      ...notMade(OF_THE_STACK, NO_CREDENTIALS),
    ];
    return diagnosed(name, now, [...findings, ...credentials.findings, ...unmade]);
  }
  const [within, stack, leftBehind] = await Promise.all([
    examineOrganization(look),
    examineDeployment(look),
    examineLeftBehind(entries, region),
  ]);
  // The synthesis blocks the event loop. A host that is called at the same time would seem not to answer, so
  // it comes last.
  const version = stack.machine ? await versionOf(look, stack.machine) : notMade(['version'], NO_STACK);
  return diagnosed(name, now, [
    ...findings,
    ...credentials.findings,
    ...within,
    ...stack.findings,
    ...leftBehind,
    ...version,
  ]);
}

async function examineDeployment(look: Look): ReturnType<typeof findMachine> {
  const { machine, findings } = await findMachine(look.name, look.region);
  if (!machine) return { machine, findings: [...findings, ...notMade(OF_THE_STACK.slice(1, -1), NO_STACK)] };
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
  return { machine, findings: [...findings, ...deployed, ...schedule, ...success, ...subscription] };
}

async function versionOf({ name, configuration, onLook }: Look, machine: Machine): Promise<Finding[]> {
  if (!configuration) return notMade(['version'], NO_CONFIGURATION);
  onLook('comparing the stack with what would be deployed');
  return examineVersion(name, { configuration, machine, synthesize: synthesizedTemplate });
}

function diagnosed(organization: string, now: number, found: readonly Finding[]): Diagnosis {
  // A host, a hold or a line that is configured twice gives the same finding twice. It is one thing to
  // repair.
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

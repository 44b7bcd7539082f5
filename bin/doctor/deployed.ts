import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import type { Machine } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';
import { stackNameOf } from '../account/stack-outputs.ts';
import { attempted, type Finding, failed, ok, unchecked, warning } from './finding.ts';

/**
 * What CloudFormation knows of a stack. `topicArn` is null when CloudFormation could not be asked, or the
 * stack has no such output.
 */
export type Deployed = { topicArn: string | null; findings: Finding[] };

/** How the last deployment ended, and the stack's outputs. */
export async function examineStack(organization: string, machine: Machine): Promise<Deployed> {
  const about = { check: 'stack' as const, subject: stackNameOf(organization) };
  let topicArn: string | null = null;
  const mayRead = 'Use credentials that may cloudformation:DescribeStacks.';
  const findings = await attempted(about, mayRead, async () => {
    const command = new DescribeStacksCommand({ StackName: stackNameOf(organization) });
    const [stack] = (await cloudFormation(machine).send(command)).Stacks ?? [];
    topicArn = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'AlarmTopicArn')?.OutputValue ?? null;
    const status = stack?.StackStatus ?? 'unknown';
    const again = 'Look at its events in CloudFormation, and deploy it again.';
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(status)) return [ok(about, status)];
    if (/_IN_PROGRESS$/.test(status))
      return [warning(about, status, 'Wait until it is over, and look again.')];
    return [status === 'unknown' ? unchecked(about, status, again) : failed(about, status, again)];
  });
  return { topicArn, findings };
}

/** The template that was deployed last, as text. Throws what the SDK throws. */
export async function deployedTemplate(organization: string, machine: Machine): Promise<string> {
  const command = new GetTemplateCommand({
    StackName: stackNameOf(organization),
    TemplateStage: 'Original',
  });
  return (await cloudFormation(machine).send(command)).TemplateBody ?? '';
}

const cloudFormation = ({ region }: Machine): CloudFormationClient =>
  new CloudFormationClient(settingsIn(region));

import { REGION } from '../../lib/checks/regions.ts';

/** A state machine's ARN, and what the ARN tells: region, account and name. */
export type Machine = { arn: string; region: string; account: string; name: string };

/**
 * A stack as a command was given it: its machine. `execution` is set when the ARN of an execution was given.
 */
export type Stack = { machine: Machine; execution: string | null };

const ARN = /^(arn:aws[a-z-]*:states:([a-z0-9-]+):(\d{12})):(stateMachine|execution):([^:\s]+)(:\S+)?$/;

/**
 * Reads the ARN of a state machine, or of an execution, which contains its machine's name. Null for anything
 * else.
 */
export function stackIn(arn: string): Stack | null {
  const [, here, region, account, kind, name = '', rest] = ARN.exec(arn) ?? [];
  if (!here || !region || !account || !REGION.test(region)) return null;
  if (kind === 'stateMachine') return { machine: { arn, region, account, name }, execution: null };
  if (!rest) return null;
  // An execution that a Map started is named by the machine's name and the Map's label.
  const [owner = ''] = name.split('/');
  return { machine: { arn: `${here}:stateMachine:${owner}`, region, account, name: owner }, execution: arn };
}

/** The prefix of the name of an organization's machine and of its group of schedules. */
const STACK_PREFIX = 'windlass-';

/**
 * The organization whose stack a machine belongs to, read from the machine's name. Null for a machine that is
 * named otherwise.
 */
export const organizationOf = ({ name }: Machine): string | null =>
  name.startsWith(STACK_PREFIX) ? name.slice(STACK_PREFIX.length) : null;

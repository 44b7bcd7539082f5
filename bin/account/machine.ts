import { REGION } from '../../lib/checks/regions.ts';

/** A state machine by its ARN, and where it lives. */
export type Machine = { arn: string; region: string; account: string; name: string };

/** A stack, as a command is told of it: its machine, and one execution where an execution's ARN was given. */
export type Stack = { machine: Machine; execution: string | null };

const ARN = /^(arn:aws[a-z-]*:states:([a-z0-9-]+):(\d{12})):(stateMachine|execution):([^:\s]+)(:\S+)?$/;

/** Reads the ARN of a state machine, or of an execution, which names its machine; null for anything else. */
export function stackIn(arn: string): Stack | null {
  const [, here, region, account, kind, name = '', rest] = ARN.exec(arn) ?? [];
  if (!here || !region || !account || !REGION.test(region)) return null;
  if (kind === 'stateMachine') return { machine: { arn, region, account, name }, execution: null };
  if (!rest) return null;
  // What a Map starts has the machine's name with the Map's label behind it.
  const [owner = ''] = name.split('/');
  return { machine: { arn: `${here}:stateMachine:${owner}`, region, account, name: owner }, execution: arn };
}

/** How the stack of an organization names its machine and its schedules' group. */
const STACK_PREFIX = 'windlass-';

/** The organization whose stack a machine belongs to, by its name; null for a machine that has another. */
export const organizationOf = ({ name }: Machine): string | null =>
  name.startsWith(STACK_PREFIX) ? name.slice(STACK_PREFIX.length) : null;

import { SFNClient } from '@aws-sdk/client-sfn';
import { leaseIn } from '../../lambdas/adapters/table/lease-item.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { stackIn } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';
import { describedBy } from './running.ts';

/**
 * Returns the warning about a run that may be about to cut what a person takes back, or null when there is
 * none. A run that soaks or rotates what is due does not count. Never throws: the change beside which it is
 * printed must stay possible.
 */
export async function cuttingNow(table: Table): Promise<string | null> {
  try {
    const lease = await leaseIn(table);
    if (!lease || lease.released || !(lease.mode === 'emergency' || lease.isUrgent)) return null;
    return (await hasEnded(lease.holder)) ? null : atWork(lease.holder);
  } catch (error) {
    const { message } = error as Error;
    return `nobody could look whether a run is about to cut it (${message}): windlass status says what runs`;
  }
}

/**
 * Whether the lease's holder has ended: a stopped run keeps its lease until the next run takes it. When Step
 * Functions does not answer, the run counts as being at work.
 */
async function hasEnded(execution: string): Promise<boolean> {
  const region = stackIn(execution)?.machine.region;
  if (region === undefined) return false;
  const client = new SFNClient(settingsIn(region));
  const told = await describedBy(client, execution).catch(() => undefined);
  return told !== undefined && told?.status !== 'RUNNING';
}

const atWork = (execution: string): string =>
  `${execution} is at work: what it has cut stays cut. A scope where it has not begun the cut by then keeps it, and ends red (CompromiseRetracted). To stop all of it: windlass stop ${execution}`;

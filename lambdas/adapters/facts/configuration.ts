import type { Client } from '../../domain/client.ts';
import { WindlassError } from '../../domain/errors.ts';
import { type Policy, statedIn } from '../../domain/policy.ts';
import type { Clients } from '../aws/client-list.ts';

/** What a machine hands to Plan: the policy, and from an older machine the clients as well. */
export type Handed = {
  policy: Policy;
  clients?: Client[] | undefined;
  mustRefuse?: Client[] | undefined;
  configured?: string | undefined;
};

/**
 * The configuration of one plan. `configured` is a digest of its clients, its witnesses and its evidence;
 * undefined where nothing says it.
 */
export type Configuration = {
  policy: Policy;
  clients: Client[];
  mustRefuse: Client[];
  configured?: string | undefined;
  hosts?: string[] | undefined;
};

/**
 * Returns the policy that the machine handed over, with the clients that the last deployment put into S3.
 * Throws `ConfigurationChanged` when the two come from different deployments and differ in what counts as a
 * proof.
 */
export async function configurationOf(deployed: Clients, handed: Handed): Promise<Configuration> {
  const { policy, clients, mustRefuse = [], configured } = handed;
  // An execution of an older machine carries all of them, as they were configured together with its policy.
  if (clients) return { policy, clients, mustRefuse, configured };
  const { evidence, stated, ...list } = await deployed.deployed();
  if (evidence !== policy.evidence)
    throw changedMeanwhile(`the evidence from ${policy.evidence} to ${evidence}`);
  if (stated !== undefined && stated !== JSON.stringify(statedIn(policy)))
    throw changedMeanwhile('policy.listingScopes or policy.successions');
  return { policy, ...list };
}

const changedMeanwhile = (what: string): WindlassError =>
  new WindlassError(
    'ConfigurationChanged',
    `a deployment has just changed ${what}, and this run began before it: nothing was changed. Start a new run`,
  );

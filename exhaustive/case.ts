import { type Policy, policySchema, type WrittenPolicy } from '../lambdas/domain/policy.ts';
import type { Step } from '../lib/steps.ts';
import type { Outsider } from '../simulation/faults/fault-file.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';

/** One small organization, and what is run on it. */
export type Case = {
  name: string;
  /** The organization as it is at an instant, in Unix seconds. */
  inventory: (now: number) => InventoryFile;
  /** The anchors that the request names, when it is an emergency. */
  compromised?: readonly string[];
  /** The anchors named by an emergency that takes over this rotation. */
  overtaken?: readonly string[];
  /** What an outsider does in every run of this case. Clients may suffer from it. */
  outsiders?: readonly Outsider[];
  /** An execution a day earlier is stopped when it comes to this step. */
  stoppedAt?: Step;
  /** What its policy says in addition to {@link shared}. */
  policy?: WrittenPolicy;
  /** How many hosts there are for client traffic. When absent, one. */
  hosts?: number;
  /** The most clients beyond those that a proof needs. */
  witnesses?: number;
  /**
   * The invocations in which the case differs from the earlier cases: `verify#2` for one, or `verify` for
   * each. Faults strike only there, unless all points are asked for. When absent, they strike everywhere.
   */
  differs?: readonly string[];
};

/**
 * One scope after the other, so that a call has the same place in every run. A soak of hours is long enough
 * to be a soak.
 */
const shared = { soak: 'PT6H', concurrency: 1 };

/** The policy that a case is rotated by. */
export const policyOf = ({ policy }: Case): Policy => policySchema.parse({ ...shared, ...policy });

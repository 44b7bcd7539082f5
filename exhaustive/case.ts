import { type Policy, policySchema, type WrittenPolicy } from '../lambdas/domain/policy.ts';
import type { Step } from '../lib/steps.ts';
import type { Outsider } from '../simulation/faults/fault-file.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';

/** One small organization and what is run on it. */
export type Case = {
  name: string;
  /** The organization as it is at an instant in Unix seconds. */
  inventory: (now: number) => InventoryFile;
  /** The anchors that the request names, for an emergency. */
  compromised?: readonly string[];
  /** The anchors that an emergency names which comes over this rotation. */
  overtaken?: readonly string[];
  /** What somebody else does in every run of this case; clients may suffer from it. */
  outsiders?: readonly Outsider[];
  /** An execution a day before, which somebody stops when it comes to this step. */
  stoppedAt?: Step;
  /** What its policy says beside {@link policy}. */
  policy?: WrittenPolicy;
  /** Hosts for client traffic; one unless told otherwise. */
  hosts?: number;
  /** Clients beyond those that a proof needs, at the most. */
  witnesses?: number;
  /**
   * The invocations in which it differs from the cases before it, such as `verify#2`, or `verify` for each of them,
   * where it is struck unless all points are asked for; all of them when absent.
   */
  differs?: readonly string[];
};

/** One scope after the other, so that a call has the same place in every run; a soak of hours is a soak. */
const shared = { soak: 'PT6H', concurrency: 1 };

/** The policy that a case is rotated by. */
export const policyOf = ({ policy }: Case): Policy => policySchema.parse({ ...shared, ...policy });

import type { Scope } from '../../lambdas/domain/anchor.ts';
import { type CallOp, type FaultKind, faultOf, type WireFault } from '../world/fault-kinds.ts';

/** One call of an adapter on its way to the world, as a wire sees it. */
export type WireCall = {
  op: CallOp;
  scope?: Scope | undefined;
  /** What is toggled, read or written, for a reader of the history. */
  about?: string | undefined;
  /** The IAM action that a call of AWS takes. */
  action?: string;
  /** The anchor by which a host let a probe in. The log knows it, and the caller never does (F7). */
  judged?: { by?: string };
  /** Whether the world may have changed afterwards. */
  changes: boolean;
};

/** What a wire throws in place of an answer. Each port turns it into its own adapter's error. */
export class WireFailure extends Error {
  readonly fault: WireFault;

  constructor(fault: WireFault) {
    super(`the wire: ${fault}`);
    this.fault = fault;
  }
}

/**
 * Carries a call to `act`, which answers at once, and the answer back. The wire
 * decides what happens in between.
 */
export type Wire = <T>(call: WireCall, act: () => T) => Promise<T>;

/** A wire on which nothing ever goes wrong and nothing takes any time. */
export const directWire: Wire = async (_, act) => act();

/** A wire on which a fault befalls the calls that `which` picks, as the same fault does over HTTP. */
export const wireWith =
  (fault: FaultKind, which: (call: WireCall) => boolean = () => true): Wire =>
  async (call, act) => {
    if (!which(call)) return act();
    const { happens, caller } = faultOf(fault);
    if (caller === 'late') return act();
    if (happens) act();
    if (caller === 'dies') return new Promise(() => {});
    throw new WireFailure(caller);
  };

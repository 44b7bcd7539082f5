import type { Scope } from '../../lambdas/domain/anchor.ts';

/** One call of an adapter on its way to the world, as a wire sees it. */
export type WireCall = {
  op:
    | 'list'
    | 'projects'
    | 'retrieve'
    | 'activate'
    | 'deactivate'
    | 'probe'
    | 'secret'
    | 'schedule'
    | 'lease'
    | 'journal'
    | 'executions';
  scope?: Scope | undefined;
  /** What is toggled, read or written, for whoever reads the history. */
  about?: string | undefined;
  /** The IAM action that a call of AWS takes. */
  action?: string;
  /** True when the world may be another one afterwards. */
  changes: boolean;
};

/** How a call can go wrong on the way there, or on the way back. */
export const wireFaults = ['timeout', 'reset', '429', '500', '503', 'malformed'] as const;
export type WireFault = (typeof wireFaults)[number];

/** What a wire throws in the place of an answer; each port turns it into its own adapter's error. */
export class WireFailure extends Error {
  readonly fault: WireFault;

  constructor(fault: WireFault) {
    super(`the wire: ${fault}`);
    this.fault = fault;
  }
}

/** Carries a call to `act`, which answers at once, and the answer back; whatever happens in between is the wire's. */
export type Wire = <T>(call: WireCall, act: () => T) => Promise<T>;

/** A wire on which nothing ever goes wrong and nothing takes any time. */
export const directWire: Wire = async (_, act) => act();

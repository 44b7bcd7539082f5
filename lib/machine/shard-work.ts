import { KEEPS_THE_CUT } from '../../lambdas/domain/cut/undo.ts';
import { type ErrorName, lockoutErrors } from '../../lambdas/domain/errors.ts';
import type { Step } from '../steps.ts';

/** Keys of a scope's document that a shard's work may read. */
export type Carried =
  | (typeof BY_ALL)[number]
  | 'clients'
  | 'begin'
  | 'activation'
  | 'verification'
  | 'deactivation'
  | 'halt'
  | 'undo';

/**
 * What is done with each shard of a scope's clients, with the verb and the participle for the names of its
 * states.
 */
export type ShardWork = {
  verb: string;
  done: string;
  step: Step;
  carried: readonly Carried[];
  moment?: 'beforeCut';
  /** The keys for the ends of all shards, and for their common result. */
  ends: 'verifications' | 'moves' | 'confirmations';
  result: 'verification' | 'promotion' | 'confirmation';
  /** The halts that do not wait for the other shards; `butFor` means all halts except those given. */
  urgent: readonly ErrorName[] | { butFor: readonly ErrorName[] };
};

const BY_ALL = ['execution', 'evidence', 'plan', 'lease'] as const;

/**
 * Looks at each client in the overlap. A client that is locked out, or a witness that gets in, ends all
 * shards at once, so that no lesser halt hides it.
 */
export const VERIFIED = {
  ...{
    verb: 'Verify',
    done: 'proven',
    step: 'verify',
    carried: [...BY_ALL, 'clients', 'begin', 'activation'],
  },
  ...{ ends: 'verifications', result: 'verification', urgent: ['TrustWidened', ...lockoutErrors] },
} as const satisfies ShardWork;

/**
 * The same right before the cut, perhaps in another execution than the activation's. A witness that gets in
 * does not end all shards here, so that it hides no client that is locked out.
 */
export const VERIFIED_AGAIN = {
  ...{ ...VERIFIED, carried: [...BY_ALL, 'clients', 'begin'], moment: 'beforeCut', urgent: lockoutErrors },
} as const satisfies ShardWork;

/**
 * Moves clients. Every shard is waited for, so that no undo begins while another function still moves
 * clients.
 */
export const PROMOTED = {
  ...{ verb: 'Promote', done: 'moved', step: 'promote-scope', carried: [...BY_ALL, 'verification'] },
  ...{ ends: 'moves', result: 'promotion', urgent: [] },
} as const satisfies ShardWork;

/**
 * Confirms the cut. A cut that has to be taken back waits for no other shard. That the cut stands can be said
 * only when no client is locked out (I10).
 */
export const CONFIRMED = {
  ...{
    verb: 'Confirm',
    done: 'confirmed',
    step: 'confirm',
    carried: [...BY_ALL, 'begin', 'verification', 'deactivation'],
  },
  ...{ ends: 'confirmations', result: 'confirmation', urgent: { butFor: KEEPS_THE_CUT } },
} as const satisfies ShardWork;

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

/** What is done with each shard of a scope's clients, by its verb and its participle. */
export type ShardWork = {
  verb: string;
  done: string;
  step: Step;
  carried: readonly Carried[];
  moment?: 'beforeCut';
  /** Where the ends of all shards are kept, and where what they come to. */
  ends: 'verifications' | 'moves' | 'confirmations';
  result: 'verification' | 'promotion' | 'confirmation';
  /** The halts that wait for no other shard, or all but those given. */
  urgent: readonly ErrorName[] | { butFor: readonly ErrorName[] };
};

const BY_ALL = ['execution', 'evidence', 'plan', 'lease'] as const;

/** Each client is looked at: one that is locked out, or that gets in and has to stay out, is not overlooked for a lesser halt. */
export const VERIFIED = {
  ...{
    verb: 'Verify',
    done: 'proven',
    step: 'verify',
    carried: [...BY_ALL, 'clients', 'begin', 'activation'],
  },
  ...{ ends: 'verifications', result: 'verification', urgent: ['TrustWidened', ...lockoutErrors] },
} as const satisfies ShardWork;

/** The same right before the cut, which may be in an execution of its own that has activated nothing. Who gets in and has to stay out hides nobody who is locked out. */
export const VERIFIED_AGAIN = {
  ...{ ...VERIFIED, carried: [...BY_ALL, 'clients', 'begin'], moment: 'beforeCut', urgent: lockoutErrors },
} as const satisfies ShardWork;

/** No undo begins while another function still moves clients. */
export const PROMOTED = {
  ...{ verb: 'Promote', done: 'moved', step: 'promote-scope', carried: [...BY_ALL, 'verification'] },
  ...{ ends: 'moves', result: 'promotion', urgent: [] },
} as const satisfies ShardWork;

/** A cut that has to be taken back waits for nobody; that it stands can only be said when no client is locked out (I10). */
export const CONFIRMED = {
  ...{
    verb: 'Confirm',
    done: 'confirmed',
    step: 'confirm',
    carried: [...BY_ALL, 'begin', 'verification', 'deactivation'],
  },
  ...{ ends: 'confirmations', result: 'confirmation', urgent: { butFor: KEEPS_THE_CUT } },
} as const satisfies ShardWork;

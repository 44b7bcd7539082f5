import type {
  Activation,
  Confirmation,
  Deactivation,
  Promotion,
  Release,
  Restoration,
  Schedule,
  ScopePromotion,
  Undo,
  Verification,
} from '../../lambdas/domain/document.ts';
import { howMany } from '../../lambdas/domain/first-few.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';

/** What a step returns, except steps that only lead to the next state. */
export type StepOutput =
  | Plan
  | Activation
  | Verification
  | Promotion
  | ScopePromotion
  | Deactivation
  | Confirmation
  | Undo
  | Restoration
  | Schedule
  | Release;

/** What a step did, in a few words. */
export function detailOf(output: Exclude<StepOutput, Plan>): string {
  if ('activated' in output && output.remains && output.remains !== 'cut') return 'nothing to cut here';
  if ('activated' in output)
    return output.activated.length > 0
      ? listed(output.activated)
      : `${listed(output.alreadyActive)} already active`;
  if ('deactivated' in output)
    return output.deactivated.length > 0
      ? listed(output.deactivated)
      : `${listed(output.alreadyInactive)} already inactive`;
  if ('reactivated' in output) return output.summary;
  if ('restored' in output)
    return output.restored.length > 0
      ? `${counted(howMany(output.restored), 'client')} moved back`
      : 'no client had to move back';
  if ('outcome' in output) return 'the lease is free';
  if ('halt' in output && output.halt) return `halted by the gravest of its shards: ${output.halt.Error}`;
  if ('refused' in output) {
    const refused = howMany(output.refused);
    return `${proof(output)}${refused > 0 ? `, ${counted(refused, 'old leaf', 'old leaves')} refused` : ''}`;
  }
  if ('probes' in output) return proof(output);
  // Each shard has already said how many.
  if ('anyHalted' in output) return 'every shard moved over';
  if ('promoted' in output) return `${counted(howMany(output.promoted), 'client')} moved over`;
  return output.nextRotationAt
    ? `the next run is set for ${output.nextRotationAt.slice(0, 16).replace('T', ' ')} UTC`
    : 'no next run is needed';
}

const proof = ({ evidence, probes }: Verification | Confirmation): string =>
  evidence === 'listing' ? 'believed from the listing' : `proven by ${counted(probes, 'probe')}`;

/** The ids when they are few, otherwise how many. */
const listed = (ids: readonly string[]): string =>
  ids.length > 3 ? counted(ids.length, 'anchor') : ids.join(', ');

const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

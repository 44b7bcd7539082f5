import { WindlassError } from '../../errors.ts';
import {
  COPY_THE_FILTER,
  certificateRefusals,
  exchangeRefusals,
  FILTERED,
  type ProbeSubject,
  silenceOf,
  type Verdict,
} from '../verdict.ts';
import { demandEnforced } from './enforced.ts';

/**
 * Demands the proof of I8: in the same run, the control without a certificate was refused and the successor's
 * leaf was accepted. Returns only on a pass (I9). Throws `NotEnforced`, `SuccessorRefused`,
 * `ProbeInconclusive` or `ProbeRefused`.
 */
export function demandAccepted(control: Verdict, successor: Verdict, subject: ProbeSubject): void {
  const where = `client ${subject.client} on ${subject.host} (${subject.scope}, successor ${subject.successor})`;
  demandEnforced(control, where);
  if (successor.kind === 'refused' && subject.reliesOn)
    throw new WindlassError(
      'SuccessorRefused',
      `the leaf that client ${subject.client} keeps was to get in by ${subject.reliesOn.join(' or ')}, and was refused on ${subject.host} (${subject.scope}): ${successor.code}. Stage a leaf of ${subject.successor} for it, or give that anchor a filter that lets it in`,
    );
  if (successor.kind === 'refused')
    throw new WindlassError(
      'SuccessorRefused',
      successor.code === FILTERED
        ? `the successor's filter refuses the leaf of ${where} (${FILTERED}): ${COPY_THE_FILTER}`
        : `the successor's leaf of ${where} was refused: ${successor.code}${subject.keyOf ? `. Its API key, or its token, is of ${subject.keyOf}, whose anchors judge it: set project of ${subject.client} to ${subject.keyOf} in the configuration and deploy, or put a key of the configured project into its secret` : ''}`,
    );
  if (successor.kind === 'inconclusive')
    throw new WindlassError(silenceOf(successor), `the probe of ${where} says nothing: ${successor.why}`);
}

/**
 * True for a refusal of a leaf that its client keeps and that another active anchor has issued itself. A host
 * asked that anchor alone (F7), so the refusal has nothing to do with this succession or its cut (I17).
 */
export const isOthersAffair = (
  { issuers = [] }: { issuers?: readonly string[] | undefined },
  own: Verdict,
): boolean => issuers.length > 0 && own.kind === 'refused' && turnsAway.includes(own.code);

const turnsAway: readonly string[] = [...certificateRefusals, ...exchangeRefusals];

/**
 * Whether a leaf gets in, by one verdict from each host. It does not where one host turns it away, also by a
 * TLS alert. Throws `ProbeInconclusive` or `ProbeRefused` where nobody can tell (I9).
 */
export function getsIn(verdicts: readonly Verdict[], who: string): boolean {
  if (verdicts.some(({ kind }) => kind === 'refused')) return false;
  for (const verdict of verdicts)
    if (verdict.kind === 'inconclusive')
      throw new WindlassError(silenceOf(verdict), `the probe of ${who} says nothing: ${verdict.why}`);
  return true;
}

import { demandEnforced } from '../cut/proof/enforced.ts';
import { FILTERED, NO_PATH, type ProbeSubject, silenceOf, type Verdict } from '../cut/verdict.ts';
import { WindlassError } from '../errors.ts';

/**
 * Demands that a witness is turned away by a filter: a path to an active anchor verified, and the filter said
 * no (F11, F16). Throws `TrustWidened` where the witness gets in and nobody gets in without a certificate.
 * Throws `ProbeInconclusive` or `ProbeRefused` for everything else: a refusal for want of a path says nothing
 * of a filter. `control` is asked only where the witness gets in.
 *
 * With `mayBeLetIn`, an anchor that an emergency is about to cut may let the witness in. It is judged after
 * the cut, since until then nobody can tell which anchor it was (F7). Where there is time, a person is told
 * of both anchors (`leadsToRetiring`).
 */
export async function demandKeptOut(
  witness: Verdict,
  control: () => Promise<Verdict>,
  {
    client,
    host,
    scope,
    successor,
    mayBeLetIn,
    leadsToRetiring = false,
  }: ProbeSubject & { mayBeLetIn: boolean; leadsToRetiring?: boolean },
): Promise<void> {
  const where = `witness ${client} on ${host} (${scope}, successor ${successor})`;
  if (witness.kind === 'refused' && witness.code === FILTERED) return;
  if (witness.kind === 'accepted' && mayBeLetIn) return;
  if (witness.kind === 'accepted') {
    demandEnforced(await control(), where);
    throw new WindlassError(
      'TrustWidened',
      `${where} gets in, and has to stay out: give ${successor} the filter of the anchor that it replaces, or look for another active anchor that lets the leaf in${leadsToRetiring ? eitherOf(client) : ''}`,
    );
  }
  if (witness.kind === 'refused' && witness.code === NO_PATH)
    throw new WindlassError(
      'ProbeInconclusive',
      `${where} proves nothing: its leaf leads to no active anchor (${NO_PATH}), so no filter was asked`,
    );
  const why = witness.kind === 'refused' ? `refused with ${witness.code}` : witness.why;
  throw new WindlassError(silenceOf(witness), `the probe of ${where} says nothing: ${why}`);
}

/**
 * Adds that the retiring anchor may be the one without a filter. Hosts ask a renewal and the anchor that it
 * replaces about the same leaves (F7).
 */
const eitherOf = (client: string): string =>
  `. The leaf leads to the anchor that is to be cut as well: where that one has no filter, it has let ${client} in until now. Then give it the filter, too, or take ${client} out of mustRefuse until it is cut`;

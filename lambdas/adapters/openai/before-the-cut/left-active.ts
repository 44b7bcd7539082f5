import type { ListedAnchor } from '../../../domain/anchor.ts';
import { heldForMisplaced, type Misplaced } from '../../../domain/blocked/misplaced.ts';
import { reactivatedIn } from '../../../domain/cut/guards/changed-since-plan.ts';
import type { ScopeDocument } from '../../../domain/document.ts';
import type { WindlassError } from '../../../domain/errors.ts';
import type { CompromisedMemory } from '../../../domain/memory/journal.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import { soaksOf } from '../../../domain/succession/resume.ts';
import { waitingIn } from '../../table/judged-elsewhere.ts';
import type { CutMark } from '../../table/verdicts/cut-marks.ts';
import type { Verdicts } from '../../table/verdicts.ts';
import type { TogglePorts } from '../toggle.ts';
import { retractedSince } from './retracted-since.ts';

type Ports = Pick<TogglePorts, 'certificates' | 'journal' | 'clock'> & {
  verdicts: Pick<Verdicts, 'cutAmong'>;
  /** What is named as compromised. Read once, because a cut takes only seconds. */
  named: { compromised: () => Promise<CompromisedMemory[]> };
};

/**
 * Returns the retiring anchors that stay active in a scope although the others are cut, each with the error
 * that says why (I16, I17). Such an anchor is no longer called compromised, waits for a project, may let in a
 * client whose key is of another project, or was cut before and soaks anew. `planned` are the successions
 * that the guards let through. `saidBefore` is what an earlier attempt has said of its cut.
 */
export async function leftActive(
  { certificates, journal, clock, verdicts, named }: Ports,
  { execution, plan }: Pick<ScopeDocument, 'execution' | 'plan'>,
  {
    planned,
    misplaced,
    listing,
    saidBefore,
  }: {
    planned: ScopePlan['successions'];
    misplaced: readonly Misplaced[];
    listing: readonly ListedAnchor[];
    saidBefore: CutMark | undefined;
  },
): Promise<Map<string, WindlassError>> {
  const { scope } = plan;
  const again = reactivatedIn(plan, listing, saidBefore);
  const pairs = planned.filter(({ retiring }) => again.has(retiring));
  if (again.size > 0) await journal.forgetSoaks(soaksOf(pairs, await journal.soaks()));
  const ofProjects = await waitingIn(verdicts, { execution, plan: { ...plan, successions: planned } });
  // A client whose API key belongs to another project may run on what is cut here. The look of its configured
  // project has reported it (I1, F10).
  const ofOthers = heldForMisplaced(misplaced, { scope, successions: planned });
  const retracted = await retractedSince({ certificates, clock, journal: named }, scope, planned);
  return new Map([...retracted, ...ofProjects, ...ofOthers, ...again]);
}

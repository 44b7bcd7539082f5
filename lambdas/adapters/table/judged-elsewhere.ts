import { otherScope } from '../../domain/anchor.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { WindlassError } from '../../domain/errors.ts';
import type { ClientCheck } from '../../domain/plan-document.ts';
import { waitingForProjects } from '../../domain/witnesses/judged-after-the-cut.ts';
import type { Verdicts } from './verdicts.ts';

/**
 * The clients of a scope whose cut has been said to be made, and whose old leaf may still get in by the other scope that judges their
 * project, since that has not been cut yet, and the witnesses whose leaf may: whether it is refused is judged there, after the last cut of its ways in (I10). Said first
 * and asked then: of two scopes that are cut at the same time, one at least hears of the other. Asked by whoever judges some of them: a
 * state cannot carry the names of ten thousand (I18).
 */
export async function judgedElsewhere(
  verdicts: Pick<Verdicts, 'cutAmong'>,
  { execution, plan: { scope, checks, witnesses = [] } }: Pick<ScopeDocument, 'execution' | 'plan'>,
): Promise<string[]> {
  const entering = [...checks, ...witnesses].filter(({ cutElsewhere = [] }) => cutElsewhere.length > 0);
  const others = [...new Set(entering.map(({ project }) => otherScope(scope, project)))];
  const isCut = await verdicts.cutAmong(execution, others);
  const isShut = ({ project, cutElsewhere = [] }: ClientCheck): boolean => {
    const left = isCut.get(otherScope(scope, project));
    // What the API has refused to deactivate there still lets the leaf in, and is that scope's to tell (I17).
    return left !== undefined && !cutElsewhere.some((id) => left.includes(id));
  };
  const waiting = entering.filter((check) => !isShut(check));
  return [...new Set(waiting.map(({ client }) => client))];
}

/** What of a cut waits for a project whose old anchor may be what keeps a witness out, by anchor why (F16). */
export async function waitingIn(
  verdicts: Pick<Verdicts, 'cutAmong'>,
  { execution, plan }: Pick<ScopeDocument, 'execution' | 'plan'>,
): Promise<Map<string, WindlassError>> {
  return waitingForProjects(
    plan,
    await judgedElsewhere(verdicts, { execution, plan: { ...plan, checks: [] } }),
  );
}

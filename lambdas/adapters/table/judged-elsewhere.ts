import { otherScope } from '../../domain/anchor.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { WindlassError } from '../../domain/errors.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import { waitingForProjects } from '../../domain/witnesses/judged-after-the-cut.ts';
import type { Verdicts } from './verdicts.ts';

/**
 * Returns the clients and witnesses of a cut scope whose old leaf the other scope still has to judge. That
 * scope has not been cut yet, so the leaf may still get in there. Its refusal is judged after the last cut of
 * its ways in (I10). Each scope first says that it is cut, and asks then: of two scopes that are cut at the
 * same time, at least one hears of the other. The step that judges them asks, because a state cannot carry
 * the names of ten thousand clients (I18).
 */
export async function judgedElsewhere(
  verdicts: Pick<Verdicts, 'cutAmong'>,
  { execution, plan: { scope, checks, witnesses = [] } }: Pick<ScopeDocument, 'execution' | 'plan'>,
): Promise<string[]> {
  const entering = [...checks, ...witnesses].filter(({ cutElsewhere = [] }) => cutElsewhere.length > 0);
  const others = [...new Set(entering.map(({ project }) => otherScope(scope, project)))];
  const isCut = await verdicts.cutAmong(execution, others);
  const isShut = ({ project, cutElsewhere = [] }: ClientCheck): boolean => {
    const mark = isCut.get(otherScope(scope, project));
    // An anchor that the API has refused to deactivate there still lets the leaf in. That scope reports it
    // (I17).
    return mark !== undefined && !cutElsewhere.some((id) => mark.left?.includes(id));
  };
  const waiting = entering.filter((check) => !isShut(check));
  return [...new Set(waiting.map(({ client }) => client))];
}

/**
 * Returns the anchors whose cut waits for a project, each with the reason: the project's old anchor may be
 * what keeps a witness out (F16).
 */
export async function waitingIn(
  verdicts: Pick<Verdicts, 'cutAmong'>,
  { execution, plan }: Pick<ScopeDocument, 'execution' | 'plan'>,
): Promise<Map<string, WindlassError>> {
  return waitingForProjects(
    plan,
    await judgedElsewhere(verdicts, { execution, plan: { ...plan, checks: [] } }),
  );
}

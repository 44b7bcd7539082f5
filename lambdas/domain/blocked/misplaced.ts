import * as z from 'zod';
import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { Verdict } from '../cut/verdict.ts';
import { WindlassError } from '../errors.ts';
import { anchorId } from '../plan-document/pair.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/**
 * A client whose API key, or token, is of another project than its configuration says, by what a host has
 * told (F10). The anchors of `keyOf` and of the organization judge it (F7). So its probe proves nothing of
 * the configured project (I8), and a cut of an anchor that it may run on would lock it out in the other
 * project (I1).
 */
export const misplacedSchema = z.object({
  client: z.string(),
  /** The configured project. */
  project: z.string(),
  keyOf: z.string(),
  host: z.string(),
  /**
   * The retiring anchors that it may run on. None of them is cut in the project that its key is of, nor in
   * the organization.
   */
  anchors: z.array(anchorId),
});

export type Misplaced = z.infer<typeof misplacedSchema>;

/** Returns a project's id from a header; undefined for anything else, which says nothing. */
export const projectIn = (header: unknown): string | undefined =>
  typeof header === 'string' && /^proj_[\w-]{1,128}$/.test(header) ? header : undefined;

/**
 * Returns the project that hosts say a caller's key is of, where that is not its own; null where they say
 * nothing else.
 */
export const keyOfAnother = (verdicts: readonly Pick<Verdict, 'project'>[], project: string): string | null =>
  verdicts.flatMap((verdict) => verdict.project ?? []).find((told) => told !== project) ?? null;

/** Returns the failure of whatever depends on such a client. */
export const misplacedError = (
  { client, project, keyOf, host }: Omit<Misplaced, 'anchors'>,
  consequence = `Its probe proves nothing of ${project}`,
): WindlassError =>
  new WindlassError(
    'KeyOfAnotherProject',
    `client ${client} is configured for ${project}, and ${host} says that its API key, or its token, is of ${keyOf}, whose anchors judge it. ${consequence}: set project of ${client} to ${keyOf} in the configuration and deploy, or put a key of ${project} into its secret`,
  );

/**
 * Throws `KeyOfAnotherProject` where a host's answer says that the caller's key is of another project. Then
 * the answer says nothing of its own project (I8).
 */
export function demandOwnKey(
  verdict: Verdict,
  { client, project }: Pick<Misplaced, 'client' | 'project'>,
  host: string,
): void {
  const keyOf = keyOfAnother([verdict], project);
  if (keyOf !== null) throw misplacedError({ client, project, keyOf, host });
}

/**
 * Returns which anchors may not be cut in a scope because of such clients, each with the reason. A client
 * that may be left behind holds nothing (I6). The configured project needs no hold, since none of them gets
 * in by its anchors: there its own look has failed, or a person allowed the listing.
 */
export function heldForMisplaced(
  found: readonly Misplaced[],
  { scope, successions }: { scope: Scope } & Pick<ScopePlan, 'successions'>,
): Map<string, WindlassError> {
  const here = found.filter(({ keyOf }) => [keyOf, ORGANIZATION].includes(scope));
  return new Map(
    successions.flatMap(({ retiring }) => {
      const one = here.find(({ anchors }) => anchors.includes(retiring));
      return one ? [[retiring, misplacedError(one, `${retiring} is not cut in ${scope}`)] as const] : [];
    }),
  );
}

import * as z from 'zod';
import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { Verdict } from '../cut/verdict.ts';
import { WindlassError } from '../errors.ts';
import { anchorId, type ScopePlan } from '../plan-document.ts';

/**
 * A client whose API key, or token, is of another project than its configuration says, as a host has told (F10). `keyOf`'s anchors and the organization's
 * judge it (F7): a probe of it proves nothing of the configured project (I8), and a cut of what it may run on would lock it out in the other one (I1).
 */
export const misplacedSchema = z.object({
  client: z.string(),
  /** The configured one. */
  project: z.string(),
  keyOf: z.string(),
  host: z.string(),
  /** The retiring anchors that it may run on: none of them is cut in the project that its key is of, nor in the organization. */
  anchors: z.array(anchorId),
});

export type Misplaced = z.infer<typeof misplacedSchema>;

/** A project's id as a header has it; undefined for anything else, which says nothing. */
export const projectIn = (header: unknown): string | undefined =>
  typeof header === 'string' && /^proj_[\w-]{1,128}$/.test(header) ? header : undefined;

/** The project that hosts say a caller's key is of, where that is not its own; null where they say nothing else. */
export const keyOfAnother = (verdicts: readonly Pick<Verdict, 'project'>[], project: string): string | null =>
  verdicts.flatMap((verdict) => verdict.project ?? []).find((told) => told !== project) ?? null;

/** The failure of whatever rests on such a client. */
export const misplacedError = (
  { client, project, keyOf, host }: Omit<Misplaced, 'anchors'>,
  consequence = `Its probe proves nothing of ${project}`,
): WindlassError =>
  new WindlassError(
    'KeyOfAnotherProject',
    `client ${client} is configured for ${project}, and ${host} says that its API key, or its token, is of ${keyOf}, whose anchors judge it. ${consequence}: set project of ${client} to ${keyOf} in the configuration and deploy, or put a key of ${project} into its secret`,
  );

/** Throws where a host says of what it has answered that the caller's key is of another project: then it says nothing of its own (I8). */
export function demandOwnKey(
  verdict: Verdict,
  { client, project }: Pick<Misplaced, 'client' | 'project'>,
  host: string,
): void {
  const keyOf = keyOfAnother([verdict], project);
  if (keyOf !== null) throw misplacedError({ client, project, keyOf, host });
}

/**
 * What may not be cut in a scope because of such clients, by retiring anchor why. One that may be left behind is none of them (I6). By the anchors of the configured project none
 * of them gets in: there its own look has failed, or a person lets the listing be enough.
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

import type { Clock } from '../../clock.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { Surveys } from '../aws/surveys.ts';
import type { Certificates } from '../openai/certificates.ts';
import { readWhatIsListed, type Surveyed } from '../openai/read-inventory.ts';

export type SurveyPorts = { certificates: Certificates; surveys: Surveys; clock: Clock };

/** For how long one attempt begins listings, in seconds: a function has fifteen minutes, and leaves have to be read after it. */
const LONGEST = 480;

/**
 * Lists every scope, or the organization and `only` these projects. What an earlier attempt of the same execution has listed is not listed again: an outage, a rate limit or a large
 * organization costs an attempt, and not the survey. Throws `SurveyUnfinished` when its time is up, and goes on at the next.
 */
export async function survey(
  { certificates, surveys, clock }: SurveyPorts,
  { execution, ...about }: { execution: string; concurrency: number; only?: ReadonlySet<string> },
): Promise<Surveyed & { keep: () => Promise<void> }> {
  const until = clock() + LONGEST;
  const kept = await surveys.kept(execution);
  const list = (from: typeof kept) =>
    readWhatIsListed(certificates, { ...about, kept: from, isOver: () => clock() >= until });
  // An anchor that was renamed meanwhile stands in what is kept as it was: then all of it is listed anew.
  const first = await list(kept);
  const surveyed = kept.size > 0 && first.disputed.size > 0 ? await list(new Map()) : first;
  const { projects } = surveyed.inventory;
  const settled = projects.filter(({ unlisted }) => unlisted === undefined);
  const listed = settled.filter(({ ownListing }) => !ownListing);
  const keep = async () => {
    // A look at a part of them is made again at once, and stands in no survey's place.
    if (about.only) return;
    await surveys.keep(execution, new Map(listed.map(({ projectId, anchors }) => [projectId, anchors])));
  };
  if (settled.length + surveyed.failures.length === projects.length) return { ...surveyed, keep };
  await keep();
  throw new WindlassError(
    'SurveyUnfinished',
    `${listed.length} of ${projects.length} projects are listed by now: the next attempt goes on with the others`,
  );
}

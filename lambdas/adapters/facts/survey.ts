import type { Clock } from '../../clock.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { Surveys } from '../aws/surveys.ts';
import type { Certificates } from '../openai/certificates.ts';
import { readWhatIsListed, type Surveyed } from '../openai/read-inventory.ts';

export type SurveyPorts = { certificates: Certificates; surveys: Surveys; clock: Clock };

/**
 * How long one attempt starts new listings, in seconds. A function has fifteen minutes, and still has to read
 * leaves afterwards.
 */
const LONGEST = 480;

/**
 * Lists every scope, or the organization and `only` these projects. It does not list again what an earlier
 * attempt of the same execution listed: an outage, a rate limit or a large organization costs an attempt, not
 * the survey. Throws `SurveyUnfinished` when its time is up; the next attempt continues.
 */
export async function survey(
  { certificates, surveys, clock }: SurveyPorts,
  { execution, ...about }: { execution: string; concurrency: number; only?: ReadonlySet<string> },
): Promise<Surveyed & { keep: () => Promise<void> }> {
  const until = clock() + LONGEST;
  const kept = await surveys.kept(execution);
  const list = (from: typeof kept) =>
    readWhatIsListed(certificates, { ...about, kept: from, isOver: () => clock() >= until });
  // What is kept shows an anchor under the name it had before a rename. Then everything is listed anew.
  const first = await list(kept);
  const surveyed = kept.size > 0 && first.disputed.size > 0 ? await list(new Map()) : first;
  const { projects } = surveyed.inventory;
  const settled = projects.filter(({ unlisted }) => unlisted === undefined);
  const listed = settled.filter(({ ownListing }) => !ownListing);
  const keep = async () => {
    // A listing of some projects only is quickly repeated, and must not replace a survey.
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

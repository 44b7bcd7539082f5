import type {
  Scenario,
  ScenarioAnchor,
  ScenarioClient,
  ScenarioLeaf,
} from '../../../simulation/organizations/scenario.ts';
import { GONE } from '../../../simulation/organizations/varied-clients.ts';

/**
 * Whether a client may be moved from the start and nothing about it is unusual. Its project exists, its two
 * anchors are of one authority by name, and its staged leaf is sound.
 */
export function isReady(
  { project, running, staged }: ScenarioClient,
  { anchors, start }: Pick<Scenario, 'anchors' | 'start'>,
): boolean {
  if (project === GONE || !staged || [running, staged].some(({ flaw, until, by }) => flaw || until || by))
    return false;
  const both = [known(running, anchors), known(staged, anchors)];
  return both.every(
    (one) => one?.name && !one.later && !one.twin && !one.bundled && !one.renewed && one.validAt <= start,
  );
}

/** The line of a client, by the anchor that it runs on. */
export const lineOf = ({ running }: ScenarioClient, anchors: readonly ScenarioAnchor[]): string | undefined =>
  known(running, anchors)?.line;

const known = ({ anchor }: ScenarioLeaf, anchors: readonly ScenarioAnchor[]) =>
  anchors.find(({ id }) => id === anchor);

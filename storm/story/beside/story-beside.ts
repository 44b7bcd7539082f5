import type { Scenario } from '../../../simulation/organizations/scenario.ts';

/** The part of a seed's scenario from which a story beside is made. */
export type Around = Pick<Scenario, 'projects' | 'anchors' | 'clients' | 'policy' | 'start'>;

/** The part of a scenario that a story beside has of its own. It takes the place of the seed's. */
export type StoryBeside = Pick<Scenario, 'clients' | 'events' | 'policy' | 'calm' | 'end'> &
  Partial<Scenario>;

import type { LeafState, Snapshot } from '../invocation-record.ts';
import type { ReplayState } from './state.ts';

/** What tells in which project a client is, and which projects there are. */
export type Projects = {
  projectOf: (client: string) => string | undefined;
  projects: readonly string[];
};

/** What is wrong with one client's secret while it is. */
export const SECRET_TROUBLES: readonly string[] = ['missing', 'undecipherable', 'denied', 'garbled'];

/** The leaves that anybody could read: not those of a secret that is broken, of a project that is not there, or of a client that no deployment names. */
export function readableLeaves(
  { leaves, broken }: ReplayState,
  { projectOf, projects }: Projects,
): Map<string, LeafState> {
  const isRead = (client: string): boolean => {
    const project = projectOf(client);
    const isThere =
      project === undefined || (projects.includes(project) && !broken.has(`project ${project}`));
    return isThere && ![...SECRET_TROUBLES, 'unnamed'].some((what) => broken.has(`${what} ${client}`));
  };
  return new Map([...leaves].filter(([client]) => isRead(client)));
}

/** The world as a Plan may see it at this moment. */
export function snapshotOf(state: ReplayState, at: number, around: Projects): Snapshot {
  return {
    at,
    active: new Map([...state.active].map(([scope, ids]) => [scope, new Set(ids)])),
    leaves: readableLeaves(state, around),
    existing: new Set(state.existing),
    archived: new Set([...state.broken].flatMap((one) => one.split('project ')[1] ?? [])),
    admin: state.admin?.leaf ?? null,
    cuts: new Set(state.cuts.keys()),
    written: new Set(state.written),
  };
}

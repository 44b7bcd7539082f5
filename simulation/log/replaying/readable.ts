import type { LeafState, Snapshot } from '../invocation-record.ts';
import type { ReplayState } from './state.ts';

/** The project of each client, and the existing projects. */
export type Projects = {
  projectOf: (client: string) => string | undefined;
  projects: readonly string[];
};

/** The troubles of one client's secret, while they last. */
export const SECRET_TROUBLES: readonly string[] = ['missing', 'undecipherable', 'denied', 'garbled'];

/** Whether nothing is wrong with the secret of a client, and a deployment names the client. */
export const isSecretRead = (client: string, { broken }: Pick<ReplayState, 'broken'>): boolean =>
  ![...SECRET_TROUBLES, 'unnamed'].some((what) => broken.has(`${what} ${client}`));

/**
 * The leaves that anybody could read. Not those of a broken secret, of a project that does not exist or is
 * archived, or of a client that no deployment names.
 */
export function readableLeaves(
  state: ReplayState,
  { projectOf, projects }: Projects,
): Map<string, LeafState> {
  const { leaves, broken } = state;
  const isRead = (client: string): boolean => {
    const project = projectOf(client);
    const isThere =
      project === undefined || (projects.includes(project) && !broken.has(`project ${project}`));
    return isThere && isSecretRead(client, state);
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

import type { Client } from '../client.ts';
import { WindlassError } from '../errors.ts';
import { indexAnchors, type PlanningFacts } from './succession.ts';

type Named = { path: string; id: string };

/** Refuses names that the organization does not have: a hold or a canary with a typing mistake would protect nothing. */
export function checkNames(facts: PlanningFacts & { clients: readonly Client[] }): void {
  const { anchors } = indexAnchors(facts.inventory);
  const projects = new Set(facts.inventory.projects.map(({ projectId }) => projectId));
  const unknownAnchors = listed(namedAnchors(facts).filter(({ id }) => !anchors.has(id)));
  const unknownProjects = listed(namedProjects(facts).filter(({ id }) => !projects.has(id)));
  const problems = [
    unknownAnchors &&
      `no such anchor in the organization: ${unknownAnchors}; use an id that the certificates API lists`,
    unknownProjects &&
      `no such project in the organization, or it is archived: ${unknownProjects}; use an id that the projects API lists`,
  ].filter(Boolean);
  if (problems.length > 0)
    throw new WindlassError(unknownAnchors ? 'UnknownAnchor' : 'UnknownProject', problems.join('. '));
}

function namedAnchors({ policy, request }: PlanningFacts): Named[] {
  return [
    ...policy.hold.map((id, i) => ({ path: `policy.hold.${i}`, id })),
    ...Object.entries(policy.successions).flatMap(([retiring, successor]) => [
      { path: 'policy.successions', id: retiring },
      { path: `policy.successions.${retiring}`, id: successor },
    ]),
    ...(request.mode === 'emergency' ? request.anchors : []).map((id, i) => ({
      path: `request.anchors.${i}`,
      id,
    })),
  ];
}

const namedProjects = ({ policy, clients }: PlanningFacts & { clients: readonly Client[] }): Named[] => [
  ...policy.canary.map((id, i) => ({ path: `policy.canary.${i}`, id })),
  ...clients.map(({ name, project }) => ({ path: `clients.${name}.project`, id: project })),
];

const listed = (named: readonly Named[]): string => named.map(({ path, id }) => `${path}: ${id}`).join('; ');

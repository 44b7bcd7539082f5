import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { chanceAt } from '../../../../simulation/chance/chance.ts';
import type { Scenario } from '../../../../simulation/organizations/scenario.ts';
import type { Around, StoryBeside } from '../story-beside.ts';
import { type Leak, lasting, leakIn } from './leak-in.ts';

const DAY = 86_400;

type Changed = Pick<Scenario, 'anchors' | 'clients' | 'areProjectsBehind'>;

/**
 * A story for a few of the seeds, in which nothing else goes wrong; null in all others. An emergency names an
 * anchor before anything else begins. All clients run on that anchor and are ready for the same successor.
 */
export function quietLeak(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'leaks alone');
  if (!chance.happens(0.05)) return null;
  const leak = leakIn(around);
  const changed = leak && chance.pick([projectsBehind, vouchedAtHome])(leak, lasting(leak, around));
  if (!changed) return null;
  const { policy, start } = around;
  const calm = start + DAY;
  const request = { mode: 'emergency' as const, anchors: [leak.leaked.id], reason: 'its key leaked' };
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY, ...changed },
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: [{ id: 'leak alone', at: start + 10, kind: 'run', request }],
  };
}

/**
 * The anchor is active in no project. Work in the projects begins when the organization has been confirmed.
 * The organization has left the old leaves of their clients to the projects, though these have nothing to cut
 * (I10). Several projects have clients, so that one of them is listed first.
 */
function projectsBehind({ leaked, clients }: Leak, { anchors, projects }: Around): Changed {
  const few = projects.slice(0, 4);
  const empty = few.filter((project) => !clients.some((one) => one.project === project));
  const alike = empty.flatMap((project) =>
    clients.slice(0, 1).map((one) => ({ ...one, name: `${one.name}-in-${project}`, project })),
  );
  return {
    anchors: anchors.map((one) => (one.id === leaked.id ? { ...one, activeIn: [ORGANIZATION] } : one)),
    clients: [...clients, ...alike],
    areProjectsBehind: true,
  };
}

/**
 * The anchor is active only in its clients' projects. Clients of one project send along a certificate by
 * which another anchor, active there as well, vouches for the successor. They get in by either, so they prove
 * nothing (I8).
 */
function vouchedAtHome({ leaked, clients }: Leak, { anchors, start }: Around): Changed | null {
  const projects = [...new Set(clients.map(({ project }) => project))];
  const [home = ''] = projects;
  const other = anchors.find(
    ({ line, validAt, expiresAt, later, twin }) =>
      line !== leaked.line && validAt <= start && expiresAt > start + 30 * DAY && !later && !twin,
  );
  if (!other) return null;
  const { id: by, activeIn } = other;
  const opened = new Map([
    [leaked.id, projects],
    [by, [...new Set([...activeIn, home])]],
  ]);
  return {
    anchors: anchors.map((one) => ({ ...one, activeIn: opened.get(one.id) ?? one.activeIn })),
    clients: clients.map((one) =>
      one.project === home && one.staged ? { ...one, staged: { ...one.staged, by } } : one,
    ),
  };
}

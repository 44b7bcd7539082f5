import type { Scope } from '../../lambdas/domain/anchor.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { judgeSeed } from '../../simulation/judges/seed.ts';
import type { EventLog } from '../../simulation/log/event-log.ts';
import type {
  Scenario,
  ScenarioAnchor,
  ScenarioClient,
  ScenarioEvent,
} from '../../simulation/organizations/scenario.ts';
import { type Plant, simulate } from '../../storm/simulate-seed.ts';
import { synthesizedMachine } from '../../storm/synthesized-machine.ts';

export const START = 1_800_000_000;
export const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** An anchor of acme by its generation, with where it is active and for how many more days it lasts. */
export const acme = (
  generation: number,
  days: number,
  activeIn: readonly Scope[] = [],
  more: Partial<ScenarioAnchor> = {},
): ScenarioAnchor => ({
  ...{ id: `cert_a${generation}`, name: `acme@${generation}`, line: 'acme', generation, renewed: false },
  ...{ validAt: START - 90 * DAY + generation * DAY, expiresAt: START + days * DAY, activeIn },
  ...more,
});

/** A client that runs on acme's first anchor. By default a leaf of the second anchor is staged. */
export const client = (name: string, project: string, staged: string | null = 'cert_a1'): ScenarioClient => ({
  ...{ name, project, running: { anchor: 'cert_a0' } },
  staged: staged === null ? null : { anchor: staged },
});

type Told = Pick<Scenario, 'anchors' | 'clients'> & { days: number; events: readonly ScenarioEvent[] };

/** A story in which nothing goes wrong except what it tells. */
export function storyOf({ days, anchors, clients, events }: Told): Scenario {
  const end = START + days * DAY;
  return {
    ...{ seed: 1, start: START, calm: end, end, anchors, clients, events },
    projects: [...new Set(clients.map(({ project }) => project))],
    hosts: ['https://mtls.api.openai.com/v1'],
    policy: policySchema.parse({}),
    faultRates: {
      ...{ fault: 0, slow: 0, crash: 0, kill: 0, unreachable: 0, outsider: 0, meanwhile: 0, ambush: 0 },
      ...{ pace: 1, skew: 0, propagation: { hosts: 0, listings: 0 } },
    },
  };
}

/**
 * Tells a story, with a planted bug if there is one. Returns how the runs ended, what is active where at the
 * end, and the findings of the judges.
 */
export async function tell(story: Scenario, planted: Plant = {}) {
  const log = await simulate(story, { machine: await synthesizedMachine(), planted });
  return {
    log,
    ends: log.flatMap((event) => (event.what === 'ended' ? [event.error ?? 'green'] : [])),
    active: activeIn(log),
    findings: judgeSeed(story, log).findings.map(({ kind, what }) => `${kind}: ${what}`),
  };
}

function activeIn(log: EventLog): Record<Scope, string[]> {
  const active: Record<Scope, string[]> = {};
  for (const event of log) {
    if (event.what !== 'trust') continue;
    const others = (active[event.scope] ?? []).filter((id) => !event.anchorIds.includes(id));
    active[event.scope] = event.active ? [...others, ...event.anchorIds] : others;
  }
  return active;
}

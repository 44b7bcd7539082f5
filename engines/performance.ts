import { policySchema } from '../lambdas/domain/policy.ts';
import { type RehearsalEnvironment, setUpEnvironment } from '../rehearsal/environment.ts';
import { foundIn } from '../rehearsal/report-of.ts';
import { parseFaults } from '../simulation/faults/fault-file.ts';
import { putToWork } from '../simulation/faults/faults-at-work.ts';
import { FunctionError } from '../simulation/functions/lambda-function.ts';
import { inventoryOf } from '../simulation/inventory/inventory.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import { createVirtualClock } from '../simulation/time/virtual-clock.ts';
import type { Ended, Engine } from './engine.ts';
import type { Scenario } from './scenarios.ts';

/** What one engine did with a scenario. */
export type Performance = {
  /** How its executions ended, in the order in which they began. */
  ends: readonly Ended[];
  /** Everything that the table holds: journal, verdicts, lease and remaining work. */
  items: readonly Record<string, unknown>[];
  /** The active anchors of each scope. */
  trust: Record<string, readonly string[]>;
  /** How often each step was invoked. */
  steps: Record<string, number>;
  /** What the judges of scopes found. */
  findings: readonly unknown[];
};

/** Runs a scenario in an environment of its own. */
export async function perform(scenario: Scenario, engine: Engine): Promise<Performance> {
  const now = Math.floor(Date.now() / 1000);
  const clock = createVirtualClock(now);
  clock.stop();
  const file = scenario.inventory(now);
  const inventory = inventoryOf(file);
  const faults = putToWork(parseFaults(scenario.faults ?? [], inventory, 'the scenario'));
  const undoing: (() => Promise<unknown>)[] = [];
  try {
    const environment = await setUpEnvironment({
      facts: {
        inventory,
        policy: policySchema.parse(scenario.policy ?? {}),
        request: requestOf(scenario),
        now,
      },
      ...{ file, clock, faults, tell: () => {}, rate: 10, witnesses: scenario.clients ?? 0 },
      afterwards: (undo) => undoing.push(undo),
    });
    const ends: Promise<Ended>[] = [];
    const begin = (execution: string, request: object, soak: (until: number) => Promise<void>) => {
      const asked = { environment: withLongCause(environment, scenario), clock, execution, request, soak };
      const ended = engine.run(asked);
      ends.push(ended);
      return ended;
    };
    const soak = async (until: number) => clock.advanceTo(until);
    const over = async (until: number) => {
      await begin('emergency', requestOf(scenario), soak);
      clock.advanceTo(until);
    };
    if (scenario.emergency?.overtakes) await begin('scheduled', {}, over);
    else await begin('run', requestOf(scenario), soak);
    return { ends: await Promise.all(ends), ...(await seenOf(environment, file)) };
  } finally {
    for (const undo of undoing.reverse()) await undo();
  }
}

const requestOf = ({ emergency }: Scenario) =>
  emergency
    ? { mode: 'emergency' as const, anchors: [...emergency.anchors], reason: 'its key was found' }
    : { mode: 'scheduled' as const };

/** The environment with one step whose function fails with a longer cause than Step Functions keeps. */
function withLongCause(environment: RehearsalEnvironment, { tells }: Scenario): RehearsalEnvironment {
  if (!tells) return environment;
  const { step, characters } = tells;
  return {
    ...environment,
    async invoke(resource, input) {
      if (environment.stepOf(resource) !== step) return environment.invoke(resource, input);
      const errorMessage = 'The API refused the call. '.padEnd(characters, 'x');
      throw new FunctionError({ errorType: 'ApiRefused', errorMessage, trace: [] });
    },
  };
}

async function seenOf({ services, tables }: RehearsalEnvironment, file: InventoryFile) {
  const items = await Promise.all(tables.map((table) => services.tables.items(table)));
  const scopes = ['organization', ...file.projects.map(({ id }) => id)];
  const trust = scopes.map((scope) => {
    const { data } = services.organization.list(scope, { limit: 100 });
    return [scope, data.flatMap(({ id, active }) => (active ? [id] : [])).sort()];
  });
  const steps: Record<string, number> = {};
  for (const event of services.log.events())
    if (event.what === 'invoked') steps[event.step] = (steps[event.step] ?? 0) + 1;
  return {
    items: items.flat(),
    steps,
    trust: Object.fromEntries(trust) as Performance['trust'],
    findings: foundIn(services.log.events(), file),
  };
}

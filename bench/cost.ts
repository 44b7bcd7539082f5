import { needsOf, type Step, steps } from '../lib/steps.ts';
import { type LargeRun, type Meter, runAtScale } from '../storm/scale/run-at-scale.ts';
import { type Synthesized, synthesizedMachine } from '../storm/synthesized-machine.ts';
import { LATENCIES } from './bound.ts';
import { EMERGENCY } from './scale.ts';

/**
 * What AWS charges for one of each, in US dollars. These are list prices of us-east-1 in November 2026
 * without the free tier, from the services' pricing pages. Functions are arm64. A write to the table counts
 * as two units, for an entry of up to 2 KB.
 */
const USD = {
  transition: 0.025 / 1_000,
  invocation: 0.2 / 1_000_000,
  gigabyteSecond: 0.000_013_333_4,
  secretCall: 0.05 / 10_000,
  tableWrite: (2 * 0.625) / 1_000_000,
  tableRead: 0.125 / 1_000_000,
  put: 0.005 / 1_000,
  get: 0.0004 / 1_000,
} as const;

type Priced = keyof typeof USD;

/**
 * What a rotation uses of AWS and what that costs, by the number of projects. Each project has an active
 * anchor, a client and its host.
 */
export async function benchCost() {
  const machine = await synthesizedMachine();
  const rows: Record<string, object> = {};
  for (const projects of [100, 1_000]) {
    rows[`rotation of ${projects} projects`] = await costOf(machine, projects);
    rows[`emergency in ${projects} projects`] = await costOf(machine, projects, { request: EMERGENCY });
    rows[`sweep of ${projects} projects, nothing due`] = await costOf(machine, projects, { expiresIn: 200 });
  }
  return { latenciesMs: LATENCIES, usd: USD, ...rows };
}

async function costOf(machine: Synthesized, projects: number, about: Partial<LargeRun> = {}) {
  const used = Object.fromEntries(Object.keys(USD).map((name) => [name, 0])) as Record<Priced, number>;
  const ran = await runAtScale(machine, {
    ...{ projects, request: {}, latencies: LATENCIES, meter: counting(used) },
    ...about,
  });
  const dollars = (Object.keys(USD) as Priced[]).map((name) => [name, used[name] * USD[name]] as const);
  return {
    ended: ran.error ?? 'well',
    used: Object.fromEntries(Object.entries(used).map(([name, count]) => [name, Math.round(count)])),
    usd: Object.fromEntries(dollars.map(([name, sum]) => [name, rounded(sum)])),
    usdInAll: rounded(dollars.reduce((sum, [, one]) => sum + one, 0)),
  };
}

/** Counts what is billed. The start of a child is a transition of its own, besides those of its states. */
function counting(used: Record<Priced, number>): Meter {
  return {
    entered: () => void used.transition++,
    called({ action = '' }) {
      const kind = kindOf(action);
      if (kind) used[kind]++;
    },
    ran(step, ms) {
      used.invocation++;
      used.gigabyteSecond += (ms / 1_000) * (memoryOf(step) / 1_024);
      if (step === 'begin-scope') used.transition++;
    },
  };
}

function kindOf(action: string): Priced | null {
  const [service, call = ''] = action.split(':');
  if (service === 'secretsmanager') return 'secretCall';
  if (service === 's3') return call.startsWith('Put') ? 'put' : 'get';
  if (service === 'dynamodb') return /^(Get|Query|Scan)/.test(call) ? 'tableRead' : 'tableWrite';
  return null;
}

const memoryOf = (step: string): number => {
  const known = steps.find((one) => one === step);
  if (!known) throw new Error(`there is no step ${step}`);
  return needsOf(known satisfies Step).room.memory;
};

const rounded = (dollars: number): number => Math.round(dollars * 10_000) / 10_000;

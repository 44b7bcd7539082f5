import type { Chronicle, Doer, Happening } from './chronicle.ts';
import type { Finding } from './findings.ts';
import type { Scenario } from './scenario.ts';

/** A seed's story as a person reads it: the scene, then every change, fault and verdict at its time. */
export function historyOf(scenario: Scenario, chronicle: Chronicle, findings: readonly Finding[]): string {
  const states = new Map<number, string>();
  for (const happening of chronicle)
    if (happening.what === 'invoked')
      states.set(happening.invocation, `${happening.state}${scopeOf(happening.input)}`);
  const idle = idleIn(chronicle);
  const told = chronicle.flatMap((happening) => {
    if ('invocation' in happening && idle.has(happening.execution)) return [];
    if (happening.what === 'lease' && idle.has(happening.lease.holder)) return [];
    const line = lineOf(happening, states);
    return line ? [{ at: happening.at, line }] : [];
  });
  const wrong = findings.map(({ at, kind, what }) => ({ at, line: `*** ${kind}: ${what}` }));
  const lines = [...told, ...wrong].sort((a, b) => a.at - b.at);
  return [...sceneOf(scenario), ...lines.map(({ at, line }) => `${timeOf(at, scenario)}  ${line}`)].join(
    '\n',
  );
}

/** Executions that changed nothing and met nothing: how they began and ended is all there is to tell. */
function idleIn(chronicle: Chronicle): ReadonlySet<string> {
  const idle = new Set<string>();
  const busy = new Set<string>();
  for (const happening of chronicle) {
    if (happening.what === 'started') idle.add(happening.execution);
    else if (happening.what === 'fault' || happening.what === 'killed') busy.add(happening.execution);
    else if ((happening.what === 'trust' || happening.what === 'leaf') && typeof happening.by === 'object')
      busy.add(happening.by.execution);
  }
  return new Set([...idle].filter((execution) => !busy.has(execution)));
}

function sceneOf({ seed, anchors, clients, policy, calm, start, weather }: Scenario): string[] {
  const day = (at: number) => ((at - start) / 86_400).toFixed(1);
  const { leadTime, soak, safetyMargin, evidence, hold, canary, successions } = policy;
  return [
    `seed ${seed}: calm on day ${day(calm)}; ${JSON.stringify(weather)}`,
    `policy: ${JSON.stringify({ leadTime, soak, safetyMargin, evidence, hold, canary, successions })}`,
    ...anchors.map(
      ({ id, name, expiresAt, activeIn, later, renewed }) =>
        `anchor ${id} (${name}) expires on day ${day(expiresAt)}, active in ${activeIn.join(' ') || 'nothing'}${later ? ', uploaded later' : ''}${renewed ? ', renewed' : ''}`,
    ),
    ...clients.map(
      ({ name, project, running, staged }) =>
        `client ${name} of ${project} on ${running.anchor}, staged ${staged ? `${staged.anchor} ${staged.flaw ?? ''}` : 'nothing'}`,
    ),
  ];
}

function timeOf(at: number, { start }: Scenario): string {
  const seconds = at / 1000 - start;
  const day = Math.floor(seconds / 86_400);
  return `day ${day} ${new Date((seconds - day * 86_400) * 1000).toISOString().slice(11, 23)}`;
}

const scopeOf = (input: unknown): string => {
  const { scope } = Object(Object(input).plan);
  return scope ? ` in ${scope}` : '';
};

const nameOf = (by: Doer): string => (typeof by === 'string' ? by : by.execution);

function lineOf(happening: Happening, states: ReadonlyMap<number, string>): string | null {
  const where =
    'invocation' in happening ? `${happening.execution} ${states.get(happening.invocation) ?? ''}` : '';
  switch (happening.what) {
    case 'started':
      return `${happening.execution} starts with ${JSON.stringify(happening.request)}`;
    case 'ended':
      return `${happening.execution} ends: ${happening.error ?? 'well'} ${happening.cause.slice(0, 400)}`;
    case 'killed':
      return `${happening.execution} is killed: ${happening.why}`;
    case 'failed':
      return `  ${where} failed: ${happening.error}: ${happening.message}`;
    case 'returned':
      return `  ${where} returned ${JSON.stringify(happening.result).slice(0, 400)}`;
    case 'fault':
      return `  ${where} met: ${happening.fault}${happening.call ? ` (${happening.call.op} ${happening.call.about ?? happening.call.scope ?? ''})` : ''} [${happening.address}]`;
    case 'trust':
      return `${nameOf(happening.by)} made ${happening.anchorIds.join(' ')} ${happening.active ? 'active' : 'inactive'} in ${happening.scope}`;
    case 'anchor':
      return happening.by === 'setup'
        ? null
        : `${happening.anchorId} ${happening.exists ? 'was uploaded' : 'was deleted'}`;
    case 'leaf':
      return `${nameOf(happening.by)} moved ${happening.stage} of ${happening.client} from ${happening.from} to ${happening.to}`;
    case 'lease':
      return `the lease: ${happening.lease.holder} (${happening.lease.mode}) token ${happening.lease.token}${happening.lease.released ? ', released' : ''}`;
    case 'schedule':
      return typeof happening.by === 'string'
        ? 'the schedule of the next rotation has fired'
        : `${nameOf(happening.by)} set the next rotation to ${happening.next ?? 'nothing'}`;
    case 'trouble':
      return `somebody ${happening.mended ? 'mends' : 'breaks'}: ${happening.broken}`;
    case 'hold':
      return `on hold from now on: ${happening.hold.join(' ') || 'nothing'}`;
    case 'compromised':
      return `${happening.anchorId} is remembered as compromised`;
    default:
      return null;
  }
}

import type { Chronicle, Happening } from '../simulation/log/event-log.ts';
import type { Finding } from '../simulation/log/findings.ts';
import { lineOf } from '../simulation/log/line-of.ts';
import type { Scenario } from '../simulation/organizations/scenario.ts';

/** A seed's story as a person reads it: the scene, then every change, fault and verdict at its time. */
export function historyOf(scenario: Scenario, chronicle: Chronicle, findings: readonly Finding[]): string {
  const lines = linesOf(chronicle, findings).map(({ at, line }) => `${timeOf(at, scenario)}  ${line}`);
  return [...sceneOf(scenario), ...lines].join('\n');
}

/** The same without what has no part in it: the scene's other anchors and clients, and what comes after it went wrong. */
export function briefHistoryOf(
  scenario: Scenario,
  chronicle: Chronicle,
  findings: readonly Finding[],
): string {
  const isSetup = (happening: Happening) => 'by' in happening && happening.by === 'setup';
  // What was left undone shows only at the end.
  const end = findings.some(({ kind }) => kind === 'unfinished')
    ? Number.POSITIVE_INFINITY
    : Math.max(...findings.map(({ at }) => at));
  const told = chronicle.filter((happening) => !isSetup(happening) && happening.at <= end);
  const lines = linesOf(told, findings);
  const words = new Set(lines.flatMap(({ line }) => line.split(/[^\w-]+/)));
  const clients = scenario.clients.filter(({ name }) => words.has(name));
  const theirs = new Set(clients.flatMap(({ running, staged }) => [running.anchor, staged?.anchor]));
  const anchors = scenario.anchors.filter(({ id }) => words.has(id) || theirs.has(id));
  const scene = sceneOf({ ...scenario, clients, anchors });
  return [...scene, ...lines.map(({ at, line }) => `${timeOf(at, scenario)}  ${line}`)].join('\n');
}

type Line = { at: number; line: string };

function linesOf(chronicle: Chronicle, findings: readonly Finding[]): Line[] {
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
  return [...told, ...wrong].sort((a, b) => a.at - b.at);
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

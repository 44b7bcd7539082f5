import { instant } from '../lambdas/domain/instant.ts';
import { writtenPolicy } from '../lambdas/domain/policy.ts';
import type { EventLog, LoggedEvent } from '../simulation/log/event-log.ts';
import type { Finding } from '../simulation/log/findings.ts';
import { lineOf } from '../simulation/log/line-of.ts';
import type { Scenario } from '../simulation/organizations/scenario.ts';

/**
 * A seed's history for people: the organization at the start, then every change, fault and verdict with its
 * time.
 */
export function historyOf(scenario: Scenario, eventLog: EventLog, findings: readonly Finding[]): string {
  const lines = linesOf(eventLog, findings).map(({ at, line }) => `${timeOf(at, scenario)}  ${line}`);
  return [...organizationLinesOf(scenario), ...lines].join('\n');
}

/**
 * The history without the anchors and clients that have no part in the failure, and without what comes after
 * it.
 */
export function briefHistoryOf(scenario: Scenario, eventLog: EventLog, findings: readonly Finding[]): string {
  const isSetup = (event: LoggedEvent) => 'by' in event && event.by === 'setup';
  // Unfinished work shows only at the end, so then nothing is cut off.
  const end = findings.some(({ kind }) => kind === 'unfinished')
    ? Number.POSITIVE_INFINITY
    : Math.max(...findings.map(({ at }) => at));
  const told = eventLog.filter((event) => !isSetup(event) && event.at <= end);
  const lines = linesOf(told, findings);
  const words = new Set(lines.flatMap(({ line }) => line.split(/[^\w-]+/)));
  const clients = scenario.clients.filter(({ name }) => words.has(name));
  const theirs = new Set(clients.flatMap(({ running, staged }) => [running.anchor, staged?.anchor]));
  const anchors = scenario.anchors.filter(({ id }) => words.has(id) || theirs.has(id));
  const beginning = organizationLinesOf({ ...scenario, clients, anchors });
  return [...beginning, ...lines.map(({ at, line }) => `${timeOf(at, scenario)}  ${line}`)].join('\n');
}

type Line = { at: number; line: string };

function linesOf(eventLog: EventLog, findings: readonly Finding[]): Line[] {
  const states = new Map<number, string>();
  for (const event of eventLog)
    if (event.what === 'invoked') states.set(event.invocation, `${event.state}${scopeOf(event.input)}`);
  const idle = idleIn(eventLog);
  const told = eventLog.flatMap((event) => {
    if ('invocation' in event && idle.has(event.execution)) return [];
    if (event.what === 'lease' && idle.has(event.lease.holder)) return [];
    const line = lineOf(event, states);
    return line ? [{ at: event.at, line }] : [];
  });
  const wrong = findings.map(({ at, kind, what }) => ({ at, line: `*** ${kind}: ${what}` }));
  return [...told, ...wrong].sort((a, b) => a.at - b.at);
}

/** Executions that changed nothing and met no fault. Only their start and their end are shown. */
function idleIn(eventLog: EventLog): ReadonlySet<string> {
  const idle = new Set<string>();
  const busy = new Set<string>();
  for (const event of eventLog) {
    if (event.what === 'started') idle.add(event.execution);
    else if (event.what === 'fault' || event.what === 'killed') busy.add(event.execution);
    else if ((event.what === 'trust' || event.what === 'leaf') && typeof event.by === 'object')
      busy.add(event.by.execution);
  }
  return new Set([...idle].filter((execution) => !busy.has(execution)));
}

function organizationLinesOf({
  seed,
  anchors,
  clients,
  policy,
  calm,
  start,
  faultRates,
}: Scenario): string[] {
  const day = (at: number) => ((at - start) / 86_400).toFixed(1);
  const { concurrency: _, ...written } = writtenPolicy(policy);
  return [
    `seed ${seed}: calm on day ${day(calm)}; ${JSON.stringify(faultRates)}`,
    `policy: ${JSON.stringify(written)}`,
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
  return `day ${day} ${instant(seconds - day * 86_400).slice(11, 23)}`;
}

const scopeOf = (input: unknown): string => {
  const { scope } = Object(Object(input).plan);
  return scope ? ` in ${scope}` : '';
};

import { steps } from '../lib/steps.ts';
import type { CallFault, StepFault } from '../simulation/faults/fault-file.ts';
import { callFaults, faultyOps, stepFaults } from '../simulation/world/fault-kinds.ts';
import type { Case } from './case.ts';
import type { Race } from './race.ts';
import type { Place } from './recorder.ts';

/**
 * Where a fault may strike: in a run whose faults pass, and in a run with fewer retries for faults that last.
 */
export type Places = { passing: readonly Place[]; lasting: readonly Place[] };

/** One fault at one place of one case, or an emergency that starts there. */
export type Point = { name: string } & ({ fault: Fault } | { race: Race });
type Fault = CallFault | StepFault;

/**
 * Returns every fault at every place, under a name that is the same in every run. A call fails once, for all
 * attempts of its client, or for ever from then on. A step fails once or for ever. An emergency starts at
 * every step. A case that says where it differs from earlier cases is struck only there, unless `all` is set.
 */
export function pointsOf(about: Case, { passing, lasting }: Places, all = false): Point[] {
  const lasts = (point: Point): boolean => 'fault' in point && point.fault.times === 'always';
  return [
    ...everyPoint(about, passing, all).filter((point) => !lasts(point)),
    ...everyPoint(about, lasting, all).filter(lasts),
  ];
}

/**
 * Whether a case may have a point whose name contains `only`. This is checked before it is known how often
 * each step and call occurs.
 */
export function mayHavePoint(about: Case, only: string, all: boolean): boolean {
  const invocations = steps.map((step) => ({ step, nth: 0 }));
  const places = invocations.flatMap((invocation) =>
    [undefined, ...faultyOps].map((op): Place => ({ invocation, ...(op && { op }), nth: 0 })),
  );
  const { differs, ...rest } = about;
  const steady = differs && { differs: differs.map((place) => place.replace(/#.*/, '')) };
  const names = everyPoint({ ...rest, ...steady }, places, all).map(({ name }) => name);
  // Every number is a 0 here. A text that begins with digits may begin within a number, or with a fault such
  // as 429.
  const asked = only.replace(/#\d*/g, '#0');
  return [asked, asked.replace(/^\d+(?=\/|$)/, '0')].some((text) =>
    names.some((name) => name.includes(text)),
  );
}

function everyPoint(about: Case, places: readonly Place[], all: boolean): Point[] {
  const { name, differs, overtaken } = about;
  const isConcerned = ({ invocation: { step, nth } }: Place) =>
    all || differs === undefined || differs.includes(step) || differs.includes(`${step}#${nth}`);
  return places.filter(isConcerned).flatMap(({ invocation, op, nth }): Point[] => {
    const { step } = invocation;
    const where = `${name}/${step}#${invocation.nth}`;
    if (op === undefined) {
      const faults = crossed(stepFaults, [1, 'always'], (fault, times) => ({ step, nth, times, fault }));
      const races = overtaken ? (['before', 'beside'] as const).map((how) => ({ step, nth, how })) : [];
      return [
        ...faults.map((fault) => ({ name: `${where}/${fault.fault}/${fault.times}`, fault })),
        ...races.map((race) => ({ name: `${where}/emergency/${race.how}`, race })),
      ];
    }
    return [
      ...crossed(callFaults, [1, 'always'], (fault, times) => ({ op, nth, times, fault })),
      ...crossed(outages, [lengthOf(op, about)], (fault, times) => ({ op, nth, times, fault })),
    ].map((fault) => ({ name: `${where}/${op}#${nth}/${fault.fault}/${fault.times}`, fault }));
  });
}

/** As many attempts as a client makes for one call, so that the step has to run again. */
const ATTEMPTS = 4;

/**
 * The attempts of a step that an emergency's child makes for a host without an answer, except the last one
 * (I16).
 */
const IN_SECONDS = 2;

/**
 * How many calls a passing outage lasts. A probe makes one attempt. An emergency leaves what does not pass
 * within seconds to the run that follows.
 */
const lengthOf = (op: CallFault['op'], { compromised }: Case): number =>
  op === 'probe' && compromised ? IN_SECONDS : ATTEMPTS;

const outages: readonly CallFault['fault'][] = ['503', 'lost-reply'];

const crossed = <Kind extends string, F>(
  kinds: readonly Kind[],
  often: readonly CallFault['times'][],
  make: (kind: Kind, times: CallFault['times']) => F,
): F[] => kinds.flatMap((kind) => often.map((times) => make(kind, times)));

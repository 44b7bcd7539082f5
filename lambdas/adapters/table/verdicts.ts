import { type Table, tableFromEnvironment } from './table.ts';
import { type CutMarks, dynamoCutMarks } from './verdicts/cut-marks.ts';
import { dynamoFences, type Fences } from './verdicts/fences.ts';
import { dynamoOwnProjects, type OwnProjects } from './verdicts/own-projects.ts';
import { dynamoProvenParts, type ProvenParts } from './verdicts/proven-parts.ts';
import { dynamoScopeVerdicts, type ScopeVerdicts } from './verdicts/scope-verdicts.ts';
import { dynamoStopMarks, type StopMarks } from './verdicts/stop-marks.ts';

/**
 * What a run's children store in the table for each other and for their parent, and what keeps them from
 * beginning. Every method throws only `JournalUnavailable`, or `AwsRefused` when the role may not make the
 * call.
 */
export interface Verdicts extends Fences, ScopeVerdicts, ProvenParts, CutMarks, OwnProjects, StopMarks {}

/** Verdicts, fences and stop marks as items of the table. */
export function dynamoVerdicts(table: Table): Verdicts {
  return {
    ...dynamoFences(table),
    ...dynamoScopeVerdicts(table),
    ...dynamoProvenParts(table),
    ...dynamoCutMarks(table),
    ...dynamoOwnProjects(table),
    ...dynamoStopMarks(table),
  };
}

/** Returns the verdicts in the table that the environment names. */
export const verdictsFromEnvironment = (): Verdicts => dynamoVerdicts(tableFromEnvironment());

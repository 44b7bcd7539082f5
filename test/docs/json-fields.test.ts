import { expect, it } from 'vitest';
import type { Diagnosis } from '../../bin/doctor/examine.ts';
import type { asJson } from '../../bin/execution/ended.ts';
import type { Latest } from '../../bin/journal/latest-rotations.ts';
import type { ExportedInventory } from '../../bin/organization/inventory-export.ts';
import type { PlanPreview } from '../../bin/preview/plan-preview.ts';
import type { Status } from '../../bin/status/seen.ts';
import type { Report } from '../../rehearsal/report.ts';
import type { Simulation } from '../../rehearsal/simulate/simulate.ts';
import { textOf } from './documents.ts';

/** Returns each field of a type. A missing field or an extra one does not compile. */
const fields = <T extends object>(named: Record<keyof T, true>): string[] => Object.keys(named).sort();

const printed: [command: string, fields: string[]][] = [
  [
    '`plan`',
    fields<PlanPreview>({
      ...{ decision: true, mode: true, plannedAt: true, evidence: true, soakSeconds: true },
      ...{ safetyMarginSeconds: true, soakUntil: true, successions: true, blocked: true, anyBlocked: true },
      ...{ waves: true, nextRotationAt: true, summary: true, baseURL: true, organization: true },
      ...{ clientsChecked: true, policyOf: true, remembered: true, anchors: true, emergency: true },
      ...{ warnings: true, isRed: true, lease: true, namesKnown: true, atOnce: true, anyOwnListing: true },
      ...{ anyUnlisted: true, outside: true, anyOutside: true, goesOnWithout: true, isPressing: true },
      ...{ isPassedOver: true, leftAgainAt: true },
    }),
  ],
  ['`export`', fields<ExportedInventory>({ organization: true, projects: true })],
  [
    '`doctor`',
    fields<Diagnosis>({ at: true, organization: true, verdict: true, counts: true, findings: true }),
  ],
  [
    '`rotate`, `follow`',
    fields<ReturnType<typeof asJson>>({
      ...{ executionArn: true, status: true, outcome: true, blocked: true, error: true, cause: true },
      ...{ startedAt: true, stoppedAt: true, takenOver: true, output: true },
    }),
  ],
  [
    '`status`',
    fields<Status>({
      ...{ verdict: true, actions: true, at: true, organization: true, stateMachine: true, table: true },
      ...{ asked: true, lease: true, lastSuccess: true, nextRun: true, memory: true, running: true },
      ...{ last: true, blocked: true, unknownLines: true },
    }),
  ],
  [
    '`history`',
    fields<Latest & { table: string; memory: object }>({
      ...{ table: true, rotations: true, leftOut: true, memory: true },
    }),
  ],
  [
    '`rehearse`',
    fields<Report>({
      ...{ outcome: true, halt: true, successions: true, blocked: true, warnings: true, scopes: true },
      ...{ requests: true, calls: true, violations: true, lockedOut: true, keptOut: true, promoted: true },
      ...{ nextRotationAt: true, stateTransitions: true, durationMs: true, attacks: true },
      ...{ tokensUntil: true, faults: true, recovery: true },
    }),
  ],
  [
    '`simulate`',
    fields<Simulation>({
      ...{ apiBase: true, mtlsBase: true, authBase: true, adminKey: true, personalAdminKey: true },
      ...{ caFile: true, clients: true, regionalBases: true },
    }),
  ],
];

const rows = textOf('docs/operations.md')
  .split('\n')
  .flatMap((line): [string, string][] => {
    const [, command = '', told = ''] = line.split(' | ').length === 3 ? line.split(/^\| | \| | \|$/) : [];
    return [[command, told]];
  });

it.each(printed)('the JSON of %s has these fields at its top, and its document no others', (command, has) => {
  const [, told = ''] = rows.findLast(([name]) => name === command) ?? [];
  expect([...told.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(has);
});

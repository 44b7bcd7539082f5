import { SFNClient } from '@aws-sdk/client-sfn';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import { leaseIn } from '../../lambdas/adapters/table/lease-item.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import type { CompromisedMemory, CutMemory } from '../../lambdas/domain/memory/journal.ts';
import type { Lease } from '../../lambdas/domain/memory/lease.ts';
import { organizationOf, type Stack } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';
import { describedBy, type Named, namedIn, type Phase, phaseOf, runningOf } from '../execution/running.ts';
import { withHalted } from '../journal/halted.ts';
import { rotationsBack } from '../journal/latest-rotations.ts';
import { ownCuts } from '../journal/own-cuts.ts';
import { type Memory, memoryOf } from '../journal/remembered.ts';
import type { Rotation } from '../journal/rotations.ts';
import { explained } from '../journal/unreadable.ts';
import { isFullPlan } from './blocked.ts';
import { lastRun, leftStanding } from './last-runs.ts';
import { type LostEnd, lostEndOf, unfinished } from './lost-runs.ts';
import { type NextRun, nextRunOf } from './next-run.ts';
import { whyNext } from './why-next.ts';

/** Everything that a status is made of, as it was read. Times are ISO 8601. */
export type StatusFacts = {
  at: string;
  organization: string | null;
  stateMachine: string;
  table: string;
  /** The lease; null when it is free. `isDead` means that its holder has ended, so the next run takes it. */
  lease: (Lease & { isDead: boolean }) | null;
  /** The execution that the command was asked about, running or over. Null when none was named. */
  asked: Named | null;
  /**
   * The execution that runs: the named one, or the holder of the lease when that is over. `rotation` is null
   * while the journal has no line of it.
   */
  running: { execution: string; phase: Phase; rotation: Rotation | null } | null;
  /** Rotations as far back as a status needs them, the newest last. */
  rotations: readonly Rotation[];
  /** What Step Functions says about the last run, when the journal does not say how it ended. */
  lostEnd: LostEnd | null;
  /**
   * Earlier runs with a bad end at which no later run has looked. `lostEnd` is for those that could not write
   * down how they ended.
   */
  left: { rotation: Rotation; lostEnd: LostEnd | null }[];
  /** When a run last ended without a halt. A run whose cuts were all blocked counts as well (I13). */
  lastSuccess: string | null;
  /** When the first run ended; set only while every run so far has halted. */
  firstRun: string | null;
  memory: Memory;
  /** The anchors that emergencies have named. */
  named: readonly CompromisedMemory[];
  /** `why` is the reason for that time, when it is known. */
  nextRun: NextRun & { why: string | null };
};

/** How many earlier runs are told beside the last one; the latest are taken. */
const MOST_LEFT = 5;

/**
 * Reads the table, the executions and the schedules of a stack. Throws WindlassErrors that name what cannot
 * be read.
 */
export async function readStatus(stack: Stack, table: Table): Promise<StatusFacts> {
  const { machine } = stack;
  const client = new SFNClient(settingsIn(machine.region));
  const now = Math.floor(Date.now() / 1000);
  const [listed, asked, { lease, memory, named, success }, nextRun] = await Promise.all([
    runningOf(client, stack),
    namedIn(client, stack),
    remembered(table),
    nextRunOf(machine, now),
  ]);
  const holder = lease && !lease.released ? lease : null;
  const alive = asked?.status === 'RUNNING' ? asked.execution : null;
  // Step Functions' list may lag behind, and it does not contain the executions of single scopes.
  const runs = alive === null || listed.includes(alive) ? listed : [alive, ...listed];
  // A sweep may run for a moment beside the holder of the lease, until it finds the lease taken. So the
  // holder is preferred.
  const execution = alive ?? runs.find((run) => run === holder?.holder) ?? runs.at(0) ?? null;
  const read = await rotationsFor(table, execution);
  const newest = lastRun(read, execution);
  const last = newest && (await ifStopped(table, newest));
  const rotations = read.map((one) => (one === newest && last ? last : one));
  const left = leftStanding(rotations, last, runs).slice(-MOST_LEFT);
  const atWork = rotations.find((one) => one.execution === execution);
  const running =
    execution === null
      ? null
      : {
          execution,
          phase: await phaseOf(client, execution),
          rotation: atWork ? await halted(table, atWork) : null,
        };
  return {
    at: instant(now),
    organization: organizationOf(machine),
    stateMachine: machine.arn,
    table: table.tableName,
    asked,
    lease: holder && { ...holder, isDead: !(await isRunning(client, holder.holder, runs)) },
    running,
    rotations,
    lostEnd: await lostEndOf(client, machine, { rotations, last }),
    left: await Promise.all(
      left.map(async (one) => ({
        rotation: await ifStopped(table, one),
        lostEnd: await unfinished(client, one),
      })),
    ),
    lastSuccess: success && !success.isFirstRun ? success.at : null,
    firstRun: success?.isFirstRun ? success.at : null,
    memory,
    named,
    nextRun: { ...nextRun, why: whyNext(nextRun, { rotations, lease }) },
  };
}

/** The cuts of the running execution that are not confirmed yet. */
export const openCuts = ({ memory, running }: StatusFacts): CutMemory[] =>
  running?.rotation ? ownCuts(memory.cuts, running.rotation.entries, running.rotation.startedAt) : [];

async function isRunning(client: SFNClient, execution: string, runs: readonly string[]): Promise<boolean> {
  return runs.includes(execution) || (await describedBy(client, execution))?.status === 'RUNNING';
}

async function remembered(table: Table) {
  const journal = dynamoJournal(table);
  const read = Promise.all([leaseIn(table), memoryOf(table), journal.compromised(), journal.lastSuccess()]);
  const [lease, memory, named, success] = await read.catch(async (error) => {
    throw await explained(error, 'read the state', table.tableName, 'dynamodb:Query and dynamodb:GetItem');
  });
  return { lease, memory, named, success };
}

/** Adds the halted scopes to a run that was stopped. The cause of its end only says who stopped it. */
const ifStopped = async (table: Table, one: Rotation): Promise<Rotation> =>
  one.outcome === 'stopped' || one.outcome === 'unfinished' ? halted(table, one) : one;

const halted = (table: Table, rotation: Rotation): Promise<Rotation> =>
  withHalted(table, rotation).catch(async (error) => {
    throw await explained(error, 'read the verdicts', table.tableName, 'dynamodb:Query');
  });

/** Reads back to the running execution, to a run that has ended, and to a run that planned everything. */
const rotationsFor = (table: Table, running: string | null): Promise<Rotation[]> =>
  rotationsBack(
    table,
    200,
    (read) =>
      (running === null || read.some(({ execution }) => execution === running)) &&
      lastRun(read, running) !== null &&
      read.some(isFullPlan),
  );

import type { Clients } from '../../lambdas/adapters/aws/client-list.ts';
import type { Executions } from '../../lambdas/adapters/aws/executions.ts';
import type { Manifests } from '../../lambdas/adapters/aws/manifests.ts';
import type { Metrics } from '../../lambdas/adapters/aws/metrics.ts';
import type { RunEvents } from '../../lambdas/adapters/aws/run-events.ts';
import type { NextRotation } from '../../lambdas/adapters/aws/schedule.ts';
import type { Surveys } from '../../lambdas/adapters/aws/surveys.ts';
import type { Exchange } from '../../lambdas/adapters/hosts/exchange.ts';
import type { Probe } from '../../lambdas/adapters/hosts/probe.ts';
import type { AuditLog } from '../../lambdas/adapters/openai/audit-log.ts';
import type { Certificates } from '../../lambdas/adapters/openai/certificates.ts';
import type { Secrets } from '../../lambdas/adapters/secrets/secrets.ts';
import { dynamoJournal, type Journal } from '../../lambdas/adapters/table/journal.ts';
import { dynamoLeases, type Leases } from '../../lambdas/adapters/table/lease.ts';
import { dynamoVerdicts, type Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import type { Clock, Pause } from '../../lambdas/clock.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { inProcessAuditLog } from './audit-log.ts';
import { inProcessCertificates } from './certificates.ts';
import { inProcessClients } from './clients.ts';
import { inProcessExchange } from './exchange.ts';
import { inProcessManifests, inProcessSurveys } from './manifests.ts';
import { inProcessNextRotation } from './next-rotation.ts';
import { inProcessProbe } from './probe.ts';
import { inProcessRunEvents } from './run-events.ts';
import { inProcessSecrets } from './secrets.ts';
import { inProcessTable } from './table.ts';
import { directWire, type Wire, WireFailure } from './wire.ts';
import type { World } from './world.ts';

/** Everything that any step asks for. */
export type Ports = {
  audit: AuditLog;
  certificates: Certificates;
  hasty: Certificates;
  secrets: Secrets;
  probe: Probe;
  exchange: Exchange;
  hosts: readonly string[];
  nextRotation: NextRotation;
  events: RunEvents;
  leases: Leases;
  journal: Journal;
  verdicts: Verdicts;
  clients: Clients;
  manifests: Manifests;
  surveys: Surveys;
  metrics: Metrics;
  hold: readonly string[];
  /** How the clients are configured by the deployment of the time: a digest. */
  configured: string | undefined;
  clock: Clock;
  pause: Pause;
};

export type PortsOptions = {
  wire?: Wire;
  /** Anchors on hold by now. */
  hold?: readonly string[];
  /** The step's own clock, which may be off; by default the world's. */
  clock?: Clock;
  /** Lets the world's time pass; by default nothing passes. */
  pause?: Pause;
  /** Whether an execution runs; null where nobody can tell yet. */
  running?: (execution: string) => boolean | null;
  /** Takes the metrics, which go nowhere by default. */
  metrics?: Metrics;
};

/**
 * Returns the steps' ports on a world in memory: one set for one invocation, since
 * each may have a wire of its own.
 */
export function inProcessPorts(world: World, options: PortsOptions = {}): Ports {
  const { wire = directWire, hold = [], clock = world.organization.now, pause = async () => {} } = options;
  const { running = () => true, metrics = { emit() {} } } = options;
  const certificates = inProcessCertificates(world, wire);
  const table = inProcessTable(world.table, wire);
  return {
    audit: inProcessAuditLog(world, wire),
    certificates,
    hasty: certificates,
    secrets: inProcessSecrets(world.secrets, wire, world.broken),
    probe: inProcessProbe(world, wire),
    exchange: inProcessExchange(world, wire),
    hosts: world.hosts,
    nextRotation: inProcessNextRotation(world.schedules, wire),
    events: inProcessRunEvents(world.events, wire),
    leases: dynamoLeases(table, inProcessExecutions(running, wire), clock),
    journal: dynamoJournal(table),
    verdicts: dynamoVerdicts(table),
    clients: inProcessClients(world, wire),
    manifests: inProcessManifests(world.objects, wire, world),
    surveys: inProcessSurveys(world.objects, wire),
    metrics,
    hold,
    configured: world.configured,
    clock,
    pause,
  };
}

function inProcessExecutions(running: (execution: string) => boolean | null, wire: Wire): Executions {
  return {
    async running(execution) {
      try {
        return await wire({ op: 'executions', about: execution, changes: false }, () => running(execution));
      } catch (error) {
        if (!(error instanceof WireFailure)) throw error;
        throw new WindlassError(
          'LeaseUnavailable',
          `cannot tell whether ${execution} still runs: ${error.message}`,
        );
      }
    },
  };
}

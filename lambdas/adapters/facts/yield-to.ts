import type { Clock } from '../../clock.ts';
import { WindlassError } from '../../domain/errors.ts';
import { firstFew } from '../../domain/first-few.ts';
import { instant } from '../../domain/instant.ts';
import { entryOf } from '../../domain/memory/audit.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import type { CarriedPlan } from '../../domain/plan-document/carried-plan.ts';
import { busyPlan } from '../../domain/planning/summary.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Request } from '../../domain/request.ts';
import { emit, type Metrics } from '../aws/metrics.ts';
import type { AuditLog } from '../openai/audit-log.ts';
import { scrubbedRequest } from '../scrub.ts';
import { audited } from '../table/audited.ts';
import type { Journal } from '../table/journal.ts';
import { emitSinceSuccess } from '../table/since-success.ts';
import type { Looked } from './look-at-what-is-due.ts';

type Ports = { audit: AuditLog; journal: Journal; metrics: Metrics; clock: Clock };
type Asked = {
  request: Request;
  execution: { id: string; startedAt: string };
  configuration: { policy: Policy };
};

/**
 * Ends a run that finds another rotation at work. A scheduled sweep returns a `busy` plan. A run that a
 * person asked for throws `Busy`: what the person did not get has to be red (I12, I13).
 */
export async function yieldTo(
  lease: Lease,
  { told, hasLooked, late = [], failure }: Looked,
  ports: Ports,
  input: Asked,
): Promise<CarriedPlan> {
  const { holder, mode } = lease;
  const { journal, clock } = ports;
  const summary = `${holder} (${mode}) is rotating this organization`;
  const request = scrubbedRequest(input.request);
  await journal.record(entryOf(input, clock(), 'busy', { request, holder, mode, ...told }));
  if (input.request.mode === 'scheduled') {
    if (hasLooked) await emit(ports.metrics, () => journal.rememberSuccess(instant(clock())).then(() => []));
    await emitSinceSuccess(ports);
    if (mode !== 'emergency') await emitUnknownChanges(lease, ports, { ...input, ...told });
    return busyPlan(input.configuration.policy, clock(), summary);
  }
  throw new WindlassError(
    'Busy',
    `${summary}: nothing was changed${failure ? `, and ${failure}` : ''}. Wait for it to end, or stop it, and start again${late.length > 0 ? `. Do not wait: ${firstFew(late, 5).join(' | ')}` : ''}`,
  );
}

/**
 * Emits a metric for changes that others made with our key while a rotation soaks, because its own end may be
 * weeks away (F19).
 */
const emitUnknownChanges = (
  { takenAt }: Lease,
  ports: Ports,
  { execution, successions = [] }: Pick<Asked, 'execution'> & { successions?: CarriedPlan['successions'] },
): Promise<void> =>
  emit(ports.metrics, async () => {
    const plan = { decision: 'busy' as const, successions };
    const { unknown } = await audited(ports, { execution, plan, since: takenAt });
    return [{ name: 'UnknownChanges', value: unknown }];
  });

import type * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { emit, type Metrics, metricsFromEnvironment } from './adapters/aws/metrics.ts';
import { type MovePorts, moveClients } from './adapters/secrets/move-clients.ts';
import { secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { journalFromEnvironment } from './adapters/table/journal.ts';
import { leasesFromEnvironment } from './adapters/table/lease.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { type Pause, systemClock, systemPause } from './clock.ts';
import {
  heldByClients,
  overlapOf,
  provenInOverlap,
  wholeSuccessions,
} from './domain/cut/proven-in-overlap.ts';
import { documentSchema, type Promotion, promotionSchema } from './domain/document.ts';
import { asTold } from './domain/first-few.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { entryOf } from './domain/memory/audit.ts';
import { soakForRun } from './domain/memory/soak.ts';
import { soaksOf, takenBackAt } from './domain/succession/resume.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true, verification: true }).required();

/**
 * Makes the proven leaves current, so that the clients move over, and says until when both anchors stay (rule 5). Whose scopes have
 * halted in the overlap is left where it is: there the successor may not be active. It holds its own scopes, and so does a client
 * whose secret has changed since the proof; everybody else is moved (I17).
 */
export async function promote(
  ports: MovePorts & { manifests: Manifests; verdicts: Verdicts; metrics: Metrics; pause: Pause },
  input: z.infer<typeof reads>,
): Promise<Promotion> {
  const { journal, clock } = ports;
  const { execution, verification } = input;
  const visit = { execution, phase: 'overlap' as const };
  const [plan, verdicts, there, begun] = await Promise.all([
    ports.manifests.whole(input.plan),
    ports.verdicts.of(visit),
    ports.verdicts.provenIn(visit),
    journal.begun(),
  ]);
  const overlap = overlapOf(plan, verdicts, there, { isStopped: false });
  const { halted } = overlap;
  const proven = provenInOverlap(plan, overlap, (pair) => takenBackAt(pair, begun) !== undefined);
  const { promoted, alreadyCurrent, leaves, stayed } = await moveClients(ports, {
    execution,
    lease: input.plan.lease,
    promotions: proven.promotions,
    pause: ports.pause,
    successors: new Set(plan.successions.map(({ successor }) => successor)),
  });
  const times = verification.flat().flatMap(({ provenAt }) => (provenAt ? secondsOf(provenAt) : []));
  // Where nothing was proven there is nothing to wait for: no scope is cut, and the run ends red by their names.
  const known = await journal.soaks();
  const soak =
    times.length > 0
      ? soakForRun(plan, Math.max(...times), known)
      : { until: secondsOf(plan.plannedAt), memories: [] };
  const held = heldByClients(plan, new Set([...proven.left, ...stayed.keys()]), halted);
  // What a client has kept from its cut has been proven all the same: its own move, whenever it comes, begins another soak.
  const whole = wholeSuccessions(plan, halted);
  // What is to be proven yet in some scope has not begun its soak there.
  const partly = plan.successions.filter((one) => !whole.includes(one));
  await journal.forgetSoaks(soaksOf(partly, known));
  await journal.rememberSoaks(soaksOf(whole, soak.memories));
  await journal.forgetBegun(whole);
  const soakUntil = instant(soak.until);
  const unproven = [...halted, ...held.keys()];
  const detail = { promoted, alreadyCurrent, leaves, soakUntil, ...(unproven.length > 0 && { unproven }) };
  await journal.record(entryOf(input, clock(), 'promoted', detail));
  const why = (client: string) =>
    stayed.get(client) ?? {
      name: 'ClientOnRetiring',
      message: `client ${client} was not moved, since no scope that it reaches has proven its new leaf`,
    };
  // An earlier attempt may have held a scope for a client that this one has moved.
  for (const { scope } of verdicts.filter((one) => one.held && !held.has(one.scope)))
    await ports.verdicts.leave(
      { execution, phase: 'overlap' },
      { scope, verdict: 'proven', error: '', cause: '' },
    );
  for (const [scope, client] of held) {
    const { name: error, message: cause } = why(client);
    const verdict = { scope, verdict: 'halted' as const, error, cause, held: true };
    await ports.verdicts.leave({ execution, phase: 'overlap' }, verdict);
  }
  // The run ends red for them a soak later: nobody should have to wait so long to hear of it (I13).
  if (unproven.length > 0)
    await emit(ports.metrics, () => [{ name: 'HaltedScopes', value: unproven.length }]);
  return { promoted: asTold(promoted), alreadyCurrent: asTold(alreadyCurrent), soakUntil };
}

export const handler = step(
  'promote',
  {
    reads,
    writes: promotionSchema,
    ports: () => ({
      secrets: secretsFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
      metrics: metricsFromEnvironment(),
      clock: systemClock,
      pause: systemPause,
    }),
  },
  promote,
);

import { asManyNames, rooms } from '../../../domain/cut/as-many-names.ts';
import type { ScopeDocument, Verification } from '../../../domain/document.ts';
import { instant } from '../../../domain/instant.ts';
import { claimOf, entryOf } from '../../../domain/memory/audit.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import { outsideAnyway } from '../../undo/outside-known.ts';
import type { ProvingPorts } from '../proving.ts';
import { outsideBeforehand } from './outside-beforehand.ts';

type Reads = Pick<ScopeDocument, 'execution' | 'evidence' | 'lease'> & {
  plan: ScopePlan;
};

/**
 * Finds the clients that are outside before anything is activated. It proves nothing and halts nobody: what
 * it cannot see is left to the look in the overlap.
 */
export async function lookBeforehand(
  { leases, journal, clock, ...wires }: ProvingPorts,
  input: Reads,
): Promise<Verification> {
  const { plan, evidence } = input;
  const { scope } = plan;
  // Without a proof on the wire no host is asked.
  const hosts = evidence === 'probe' ? wires.hosts : [];
  const began = clock();
  const look = await outsideBeforehand({ ...wires, clock, hosts }, plan);
  const outside = await outsideAnyway({ journal, clock }, input, { ...look, began });
  if (input.lease) await leases.demand(claimOf(input));
  const seen = { evidence: plan.evidence ?? evidence, probes: look.probes };
  const told = { ...seen, ...asManyNames({ outside }, rooms.outside) };
  await journal.record(entryOf(input, clock(), 'looked', told, scope));
  return { scope, provenAt: instant(clock()), ...told };
}

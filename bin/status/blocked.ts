import type { CompromisedMemory } from '../../lambdas/domain/memory/journal.ts';
import type { Planned } from '../journal/planned.ts';
import type { Rotation } from '../journal/rotations.ts';

/** A cut that may not be made. `compromised` is set when a leaked key still gets in because of it. */
export type BlockedCut = Planned['blocked'][number] & { compromised?: true };

/** The cuts that may not be made, and the time of that knowledge (ISO 8601). */
export type BlockedCuts = { asOf: string | null; cuts: BlockedCut[] };

/**
 * Whether a run looked at every anchor and wrote down what it saw. An emergency looks only at the anchors
 * that it names. A sweep that finds an emergency at work looks at nothing.
 */
export const isFullLook = ({ mode, entries }: Rotation): boolean =>
  mode !== 'emergency' &&
  entries.some(
    ({ event, detail }) => (event === 'planned' || event === 'busy') && Array.isArray(detail.blocked),
  );

/** Whether such a run also made a plan, which means that it had the lease. */
export const isFullPlan = (rotation: Rotation): boolean =>
  isFullLook(rotation) && rotation.entries.some(({ event }) => event === 'planned');

/**
 * The blocked cuts of the last full look. For anchors that an emergency has named since, that emergency's
 * cuts count instead (I13, I15).
 */
export function blockedIn(rotations: readonly Rotation[], named: readonly CompromisedMemory[]): BlockedCuts {
  const isCompromised = (id: string) => named.some(({ anchorId }) => anchorId === id);
  const at = rotations.findLastIndex(isFullLook);
  const look = rotations[at];
  const emergencies = standing(rotations.slice(at + 1)).filter(({ anchors }) => anchors.some(isCompromised));
  const left = emergencies.flatMap(({ planned }) => planned?.blocked ?? []);
  const newer = new Set([
    ...emergencies.flatMap(({ anchors }) => anchors),
    ...left.map(({ anchor }) => anchor),
  ]);
  const before = look?.planned?.blocked.filter(({ anchor }) => !newer.has(anchor)) ?? [];
  const cuts: BlockedCut[] = [
    ...left.map(lettingIn),
    ...before.map((cut) => (isCompromised(cut.anchor) ? lettingIn(cut) : cut)),
  ];
  const unique = new Map(cuts.map((cut) => [JSON.stringify(cut), cut]));
  const asOf = (left.length > 0 ? emergencies.at(-1) : look) ?? look ?? emergencies.at(-1);
  return { asOf: asOf?.startedAt ?? null, cuts: [...unique.values()] };
}

/**
 * Marks a cut as compromised, unless its clients are outside or its scope asks nobody for a certificate. In
 * those cases the leaked key is not what lets anybody in.
 */
const lettingIn = (cut: BlockedCut): BlockedCut =>
  cut.shutOut || cut.off ? cut : { ...cut, compromised: true };

/** The emergencies that came to a plan, without those whose anchors a later one names again completely. */
function standing(rotations: readonly Rotation[]): Rotation[] {
  const planned = rotations.filter(isPlannedEmergency);
  return planned.filter(
    ({ anchors }, i) =>
      !planned.slice(i + 1).some((later) => anchors.every((id) => later.anchors.includes(id))),
  );
}

/**
 * Whether an emergency made a plan. An emergency that met another one has only remembered the anchors as
 * compromised.
 */
export const isPlannedEmergency = ({ mode, entries }: Rotation): boolean =>
  mode === 'emergency' && entries.some(({ event }) => event === 'planned');

/**
 * Anchors that were named as compromised and that no run has looked for since. They are reported, since
 * unknown is no pass (I9).
 */
export const unlookedIn = (
  rotations: readonly Rotation[],
  named: readonly CompromisedMemory[],
): CompromisedMemory[] =>
  named.filter((one) => {
    const since = lastNamedAt(one);
    return since !== undefined && !rotations.some((run) => hasLookedFor(run, one.anchorId, since));
  });

/**
 * Whether a run looked for the anchor after it was named. An emergency begins before it names its anchors, so
 * its `planned` line counts, not its start.
 */
const hasLookedFor = (run: Rotation, anchorId: string, since: string): boolean =>
  (isFullLook(run) && run.startedAt >= since) ||
  (isPlannedEmergency(run) &&
    run.anchors.includes(anchorId) &&
    run.entries.some(({ event, at }) => event === 'planned' && at >= since));

/**
 * When an emergency last named the anchor (ISO 8601). An anchor that is active again may have been named and
 * cut before.
 */
export const lastNamedAt = ({ namedAt, lastNamedAt = namedAt }: CompromisedMemory): string | undefined =>
  lastNamedAt;

import type { CompromisedMemory } from '../../lambdas/domain/memory/journal.ts';
import type { Planned } from '../journal/planned.ts';
import type { Rotation } from '../journal/rotations.ts';

/** A cut that may not be made. `compromised` is one by which a leaked key still gets in. */
export type BlockedCut = Planned['blocked'][number] & { compromised?: true };

/** What may not be cut, as of when (ISO 8601). */
export type BlockedCuts = { asOf: string | null; cuts: BlockedCut[] };

/**
 * A run that looked at everything, and wrote down what it saw. An emergency looks at what it names, and a sweep that finds one at
 * work at nothing.
 */
export const isFullLook = ({ mode, entries }: Rotation): boolean =>
  mode !== 'emergency' &&
  entries.some(
    ({ event, detail }) => (event === 'planned' || event === 'busy') && Array.isArray(detail.blocked),
  );

/** One that has planned what it saw, and so had the lease. */
export const isFullPlan = (rotation: Rotation): boolean =>
  isFullLook(rotation) && rotation.entries.some(({ event }) => event === 'planned');

/** What the last look at everything saw, and in its place for what they named the emergencies since (I13, I15). */
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

/** What is compromised lets nobody in where it is told that its clients are outside, or that nobody is asked for a certificate. */
const lettingIn = (cut: BlockedCut): BlockedCut =>
  cut.shutOut || cut.off ? cut : { ...cut, compromised: true };

/** The emergencies that came to a plan, but for those of which a later one has named all again. */
function standing(rotations: readonly Rotation[]): Rotation[] {
  const planned = rotations.filter(isPlannedEmergency);
  return planned.filter(
    ({ anchors }, i) =>
      !planned.slice(i + 1).some((later) => anchors.every((id) => later.anchors.includes(id))),
  );
}

/** One that met another emergency has only named what is compromised. */
export const isPlannedEmergency = ({ mode, entries }: Rotation): boolean =>
  mode === 'emergency' && entries.some(({ event }) => event === 'planned');

/** What was named as compromised since anybody last looked whether it is active: unknown is no pass (I9). */
export const unlookedIn = (
  rotations: readonly Rotation[],
  named: readonly CompromisedMemory[],
): CompromisedMemory[] =>
  named.filter((one) => {
    const since = lastNamedAt(one);
    return since !== undefined && !rotations.some((run) => hasLookedFor(run, one.anchorId, since));
  });

/** An emergency names it before it looks, and begins before it names it. */
const hasLookedFor = (run: Rotation, anchorId: string, since: string): boolean =>
  (isFullLook(run) && run.startedAt >= since) ||
  (isPlannedEmergency(run) &&
    run.anchors.includes(anchorId) &&
    run.entries.some(({ event, at }) => event === 'planned' && at >= since));

/** When an emergency has last named it (ISO 8601): one that is active again may have been named and cut before. */
export const lastNamedAt = ({ namedAt, lastNamedAt = namedAt }: CompromisedMemory): string | undefined =>
  lastNamedAt;

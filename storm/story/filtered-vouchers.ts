import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { chanceAt } from '../../simulation/chance/chance.ts';
import { letsInOwn } from '../../simulation/organizations/filtered-twins.ts';
import type {
  ScenarioAnchor,
  ScenarioClient,
  ScenarioEvent,
} from '../../simulation/organizations/scenario.ts';
import { repaired } from '../../simulation/organizations/witnesses-of.ts';

const HOUR = 3_600;

/**
 * In a share of the seeds some clients send along the certificate by which another line vouches for their
 * own. That line's anchor has a filter that lets in its own clients only, until a person sets a better one.
 * Nobody sees this while hosts ask the client's own anchor (F7, F16). These clients have nothing staged, and
 * rely on that other anchor when their own is cut.
 */
export function filteredVouchers(
  seed: number,
  { anchors, clients }: { anchors: readonly ScenarioAnchor[]; clients: readonly ScenarioClient[] },
  { start, calm }: { start: number; calm: number },
): { anchors: readonly ScenarioAnchor[]; clients: readonly ScenarioClient[]; events: ScenarioEvent[] } {
  const chance = chanceAt(seed, 'filters of who vouches');
  const isPlain = anchors.every(({ twin, bundled, renewed }) => !twin && !bundled && !renewed);
  const isVouched = clients.some(
    ({ running, staged }) => running.by !== undefined || staged?.by !== undefined,
  );
  if (!chance.happens(0.12) || !isPlain || isVouched) return { anchors, clients, events: [] };
  const lineOf = (id: string) => anchors.find((one) => one.id === id)?.line;
  const lasting = (project: string, line: string | undefined) =>
    anchors
      .filter((one) => one.line !== line && one.validAt <= start)
      .filter(({ activeIn }) => activeIn.includes(project) || activeIn.includes(ORGANIZATION))
      .toSorted((a, b) => b.expiresAt - a.expiresAt)[0];
  // Beside each, a client that is moved: without it, nobody could prove the successor.
  const keeping = clients.flatMap(
    ({ name, project, running: { anchor, flaw }, staged }): ScenarioClient[] => {
      const by = flaw || !staged || staged.flaw ? undefined : lasting(project, lineOf(anchor));
      if (!by || !chance.happens(0.6)) return [];
      return [{ name: `${name}-keeping`, project, running: { anchor, by: by.id }, staged: null }];
    },
  );
  const filtered = new Set(keeping.flatMap(({ running }) => running.by ?? []));
  return {
    anchors: anchors.map((one) => (filtered.has(one.id) ? { ...one, filter: letsInOwn(one.line) } : one)),
    clients: [...clients, ...keeping],
    // A person notices late, perhaps only by a cut that was undone.
    events: [...filtered].flatMap((id) => repaired(id, chance.between(calm - 12 * HOUR, calm - HOUR))),
  };
}

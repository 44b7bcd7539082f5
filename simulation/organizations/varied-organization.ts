import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { type Chance, chanceAt } from '../chance/chance.ts';
import type { Scenario, ScenarioAnchor } from './scenario.ts';

const DAY = 86_400;

/** A line of anchors, and the scopes that trust it. */
type Line = { name: string; scopes: Scope[] };

/** The projects and anchors of one seed: every state that an anchor can be in, in few scopes. */
export function variedOrganization(
  seed: number,
  start: number,
  leadDays: number,
): Pick<Scenario, 'projects' | 'anchors'> {
  const chance = chanceAt(seed, 'organization');
  const projects = [...PROJECTS.slice(0, chance.between(1, 4)), ...moreProjects(seed)];
  const lines = LINES.slice(0, chance.pick([1, 1, 2, 2, 3])).map((name): Line => {
    const own = chance.some(projects, 0.6);
    const scopes = chance.happens(0.45) ? [ORGANIZATION, ...own] : own;
    return { name, scopes: scopes.length > 0 ? scopes : [projects[0] ?? ORGANIZATION] };
  });
  const anchors = lines.flatMap((line) => lineOf(line, chance, start, leadDays));
  return { projects, anchors };
}

/** One seed in 250 has two hundred scopes more: only there limits, shortened lists and counts show (I18). */
const moreProjects = (seed: number): string[] =>
  seed % 250 === 0 ? Array.from({ length: 200 }, (_, i) => `proj_${String(i).padStart(3, '0')}`) : [];

const PROJECTS = ['proj_a', 'proj_b', 'proj_c', 'proj_d'];
const LINES = ['acme', 'globex', 'initech'];

/** The anchors of a line, the oldest generation first. The oldest retires, mostly soon. */
function lineOf({ name, scopes }: Line, chance: Chance, start: number, leadDays: number): ScenarioAnchor[] {
  const crowd = chance.happens(0.06) ? chance.between(9, 11) : 0;
  const count = chance.pick([1, 2, 2, 2, 2, 2, 3, 3, 3, 4]);
  const nameless = chance.happens(0.1);
  let age = chance.happens(0.1) ? chance.between(leadDays, leadDays + 30) : chance.between(-4, leadDays);
  const generations = Array.from({ length: count }, (_, generation): ScenarioAnchor => {
    // Sometimes the next generation expires no later, or is not valid yet.
    if (generation > 0)
      age = chance.happens(0.06) ? age + 1 : Math.max(age, leadDays + 15) + chance.between(1, 90);
    const late = generation > 0 && chance.happens(0.08);
    return {
      id: `cert_${name}${generation}`,
      name: nameless ? null : `${name}@${generation}`,
      line: name,
      generation,
      renewed: generation === 1 && chance.happens(0.12),
      validAt: generation > 0 && chance.happens(0.03) ? start + 3 * DAY : start - 300 * DAY,
      expiresAt: start + age * DAY + chance.between(0, DAY),
      activeIn: generation === 0 ? scopes : late ? [] : chance.some(scopes, generation === 1 ? 0.2 : 0.05),
      ...(late && { later: true }),
    };
  });
  const crowded = Array.from({ length: crowd }, (_, i): ScenarioAnchor => {
    const id = `cert_${name}x${i}`;
    const about = { id, name: nameless ? null : `${name}@x${i}`, line: name, generation: 100 + i };
    const expiresAt = start + chance.between(1, leadDays - 2) * DAY;
    return { ...about, renewed: false, validAt: start - 300 * DAY, expiresAt, activeIn: scopes.slice(0, 1) };
  });
  return [...generations, ...crowded];
}

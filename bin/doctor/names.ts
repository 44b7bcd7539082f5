import type { Inventory, ListedAnchor } from '../../lambdas/domain/anchor.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import { checkNames } from '../../lambdas/domain/planning/names.ts';
import { lineageOf, nearlySame } from '../../lambdas/domain/succession/lineage.ts';
import type { Organization } from '../../lib/config.ts';
import { plural } from '../terminal/dates.ts';
import { withEscapes } from '../terminal/printable.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

const about = { check: 'anchor names' as const, subject: 'anchors' };

/**
 * Checks what the anchors' names tell the planner (F14), and whether the configuration names things that do
 * not exist.
 */
export function examineNames(
  anchors: readonly ListedAnchor[],
  projects: Inventory['projects'] | null,
  organization: Organization,
  now: number,
): Finding[] {
  const findings = [...lineages(anchors), ...flaws(anchors), ...twins(anchors)];
  const stray = projects ? strayNames(anchors, projects, organization, now) : [];
  const well = ok(about, `${plural(anchors.length, 'anchor')} named authority@generation`);
  return [...(findings.length > 0 ? findings : [well]), ...stray];
}

function lineages(anchors: readonly ListedAnchor[]): Finding[] {
  const ids = (some: readonly ListedAnchor[]) =>
    firstFew(
      some.map(({ anchorId }) => anchorId),
      4,
    ).join(', ');
  const nameless = anchors.filter(({ name, flaw }) => !flaw && lineageOf(name) === null);
  const single = anchors.filter(({ name }) => lineageOf(name) && !lineageOf(name)?.generation);
  const rename = 'Name it authority@generation, such as acme-root@2026-11.';
  return [
    ...(nameless.length > 0
      ? [
          warning(
            about,
            `no authority in the name of ${ids(nameless)}: nothing succeeds it by itself`,
            rename,
          ),
        ]
      : []),
    ...(single.length > 0
      ? [warning(about, `no generation in the name of ${ids(single)}: all of it is the authority`, rename)]
      : []),
  ];
}

const flaws = (anchors: readonly ListedAnchor[]): Finding[] =>
  anchors.flatMap(({ anchorId, flaw }) =>
    flaw ? [failed({ ...about, subject: anchorId }, flaw, 'Upload it again, or ask the vendor.')] : [],
  );

/** Authorities whose names look alike are different authorities: their anchors never succeed each other. */
function twins(anchors: readonly ListedAnchor[]): Finding[] {
  const authorities = [...new Set(anchors.flatMap(({ name }) => lineageOf(name)?.authority ?? []))];
  return authorities.flatMap((one, i) =>
    authorities
      .slice(i + 1)
      .filter((other) => nearlySame(one, other))
      .map((other) =>
        warning(
          about,
          `${shown(one)} and ${shown(other)} differ only by case or by what nobody sees: they never succeed each other`,
          'Give anchors of one authority exactly one name before the @.',
        ),
      ),
  );
}

/** A text as JSON, with every invisible character escaped. */
const shown = (text: string): string => withEscapes(JSON.stringify(text));

function strayNames(
  organizationAnchors: readonly ListedAnchor[],
  projects: Inventory['projects'],
  { policy, clients, mustRefuse: witnesses }: Organization,
  now: number,
): Finding[] {
  const inventory = { organization: organizationAnchors, projects };
  const request = { mode: 'scheduled' as const };
  const { warnings } = checkNames({ inventory, policy, clients, witnesses, request, now });
  const correct = 'Put the right id there, or take it out.';
  return warnings.map((one) => warning({ ...about, subject: 'configuration' }, one, correct));
}

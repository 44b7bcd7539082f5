import { lineageOf } from '../../lambdas/domain/succession/lineage.ts';
import { withActiveNowhere } from '../terminal/active-nowhere.ts';
import { day, lengthOf, plural, readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import { prose } from '../terminal/prose.ts';
import { type Paint, plain } from '../terminal/screen.ts';
import { blockedTable, section, warningList } from '../terminal/sections.ts';
import { few, table } from '../terminal/tables.ts';
import { emergencyLines } from './emergency-report.ts';
import type { CalendarEntry } from './expiry-calendar.ts';
import type { PlanPreview } from './plan-preview.ts';

/**
 * Renders a plan preview for people: the verdict, the successions, the waves, what is blocked, what comes
 * due, and the next run. `name` is the organization's name in the configuration, when it is planned as its
 * stack would.
 */
export function renderForesight(told: PlanPreview, paint: Paint = plain, name?: string): string {
  const previewPlan = printable(told);
  const { plannedAt, organization, baseURL, nextRotationAt } = previewPlan;
  const size = `${plural(organization.projects, 'project')}, ${plural(organization.anchors, 'trust anchor')}`;
  const sections = [
    paint('dim', `${prose(`${baseURL} · ${size} · as of ${readable(plannedAt)}`)}\n${basis(previewPlan)}`),
    prose(verdict(previewPlan, paint)),
    section('Emergency', emergencyLines(previewPlan), paint),
    section('Successions', successions(previewPlan, paint), paint),
    section('Waves', waves(previewPlan, paint), paint),
    section('Blocked', previewPlan.anyBlocked ? blockedTable(previewPlan.blocked, paint) : '', paint),
    section('Warnings', warningList(previewPlan.warnings ?? []), paint),
    section('Expiry calendar', calendar(previewPlan, paint), paint),
    section('Next rotation', `  ${nextRotationAt ? readable(nextRotationAt) : 'none in sight'}`, paint),
    previewPlan.emergency
      ? ''
      : paint(
          'dim',
          prose(
            `Clients were not checked: a run blocks a succession whose clients have no leaf for the successor${otherChoices(previewPlan)}. windlass doctor ${name ?? 'ORGANIZATION'} reads their secrets, and says what a run that starts now would be blocked by.`,
          ),
        ),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

/**
 * The anchors that a run may choose instead of a successor, when its clients have leaves of them (rule 2).
 */
function otherChoices({ successions, anchors, plannedAt }: PlanPreview): string {
  const taken = new Set(successions.flatMap(({ retiring, successor }) => [retiring, successor]));
  const authorities = new Set(successions.flatMap(({ authority }) => authority ?? []));
  const others = anchors.filter(
    ({ anchor, name, dueAt, held, compromised }) =>
      !taken.has(anchor) &&
      authorities.has(lineageOf(name)?.authority ?? '') &&
      (dueAt ?? '') > plannedAt &&
      !held &&
      !compromised,
  );
  return others.length === 0
    ? ''
    : `, and may choose ${others.map(({ anchor, name }) => `${anchor} (${name})`).join(' or ')} instead where they have leaves of that one`;
}

/** The policy and the memory that the plan was made with: with others the plan would be different. */
function basis({ policyOf, remembered }: PlanPreview): string {
  const memory = 'table' in remembered ? `of table ${remembered.table}` : `not known: ${remembered.unknown}`;
  return `${prose(`policy: ${policyOf}`)}\n${prose(`memory: ${memory}`, '', undefined, '  ')}`;
}

function verdict(
  { decision, successions, waves, blocked, emergency, clientsChecked }: PlanPreview,
  paint: Paint,
): string {
  const named = emergency?.anchors ?? [];
  const idle = withActiveNowhere('nothing is due', named, { successions, blocked, clientsChecked });
  if (decision === 'idle') return `${paint(['green', 'bold'], '✓ Idle')}: ${idle}.`;
  if (decision === 'blocked')
    return `${paint(['yellow', 'bold'], '■ Blocked')}: ${plural(anchorsIn(blocked), 'anchor')} ${emergency ? 'to be cut' : 'due'}, none can be rotated.`;
  const scopes = waves.reduce((total, wave) => total + wave.scopes.length, 0);
  const rest = blocked.length > 0 ? `; ${blocked.length} blocked` : '';
  const work = `${plural(successions.length, 'succession')} in ${plural(scopes, 'scope')}`;
  return `${paint(['cyan', 'bold'], '▸ Would rotate')}: ${work}${rest}.`;
}

/** Counts the blocked anchors. One anchor may be blocked in several scopes, for a client in each. */
const anchorsIn = (blocked: PlanPreview['blocked']): number =>
  new Set(blocked.map(({ anchor }) => anchor)).size;

function successions(
  { successions, anchors, soakUntil, plannedAt, soakSeconds, evidence }: PlanPreview,
  paint: Paint,
): string {
  if (successions.length === 0) return '';
  const known = new Map(anchors.map((anchor) => [anchor.anchor, anchor]));
  const rows = successions.map(({ authority, retiring, successor }) => [
    authority ?? '—',
    `${retiring}\n${lifetime(known.get(retiring), plannedAt)}`,
    `${successor}\n${lifetime(known.get(successor), plannedAt)}`,
  ]);
  const soaks =
    soakSeconds > 0
      ? `soaks until ${readable(soakUntil ?? plannedAt)} (at most ${lengthOf(soakSeconds)}), then deactivates`
      : 'then deactivates at once, without a soak';
  const timing = `Started now: proven by ${evidence}, ${soaks}.`;
  return `${table(['authority', 'retiring', 'successor'], rows, paint)}\n${paint('dim', prose(timing, '  '))}`;
}

function lifetime(anchor: CalendarEntry | undefined, now: string): string {
  if (!anchor?.expiresAt || !anchor.dueAt) return '';
  const expires = `${anchor.expiresAt <= now ? 'expired' : 'expires'} ${day(anchor.expiresAt)}`;
  return anchor.dueAt <= now ? `${expires}, due since ${day(anchor.dueAt)}` : expires;
}

/** How many scopes of a wave are shown; the JSON has all. */
const MOST_IN_A_WAVE = 30;

function waves({ waves }: PlanPreview, paint: Paint): string {
  if (waves.length === 0) return '';
  const rows = waves.flatMap(({ name, scopes }) => {
    const shown = scopes.length > MOST_IN_A_WAVE ? scopes.slice(0, MOST_IN_A_WAVE - 1) : scopes;
    const left = (scopes.length - shown.length).toLocaleString('en-US');
    return [
      ...shown.map(({ scope, successions }, i) => [
        i === 0 ? name : '',
        scope,
        few([...new Set(successions.map(({ successor }) => successor))]),
        few(successions.flatMap(({ retiring, held }) => (held ? [] : [retiring]))),
      ]),
      ...(shown.length < scopes.length ? [['', `and ${left} more, in --json`, '', '']] : []),
    ];
  });
  return table(['wave', 'scope', 'activates', 'then deactivates'], rows, paint);
}

function calendar({ anchors, plannedAt }: PlanPreview, paint: Paint): string {
  if (anchors.length === 0) return '';
  const rows = anchors.map((anchor) => [
    anchor.expiresAt ? day(anchor.expiresAt) : 'unknown',
    anchor.dueAt && anchor.dueAt <= plannedAt
      ? `since ${day(anchor.dueAt)}`
      : anchor.dueAt
        ? day(anchor.dueAt)
        : '—',
    anchor.anchor,
    anchor.name ?? '—',
    statesOf(anchor).join(', '),
    few(anchor.activeIn),
  ]);
  return table(['expires', 'due', 'anchor', 'name', 'state', 'active in'], rows, paint);
}

const statesOf = ({ state, held, compromised }: CalendarEntry): string[] => [
  state,
  ...(held ? ['held'] : []),
  ...(compromised ? ['compromised'] : []),
];

import type { Report } from '../../rehearsal/report.ts';
import { withActiveNowhere } from '../terminal/active-nowhere.ts';
import { plural, readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import { type Paint, plain } from '../terminal/screen.ts';
import { blockedTable, section, successionTable, warningList } from '../terminal/sections.ts';
import { few, table } from '../terminal/tables.ts';
import { blockedOnlyAfterwards } from './afterwards.ts';
import { proofsTable } from './proofs.ts';
import { attackTable, lockedOutTable, turnedAwayInWords } from './turned-away.ts';

/**
 * Renders a rehearsal's report for people: the verdict, what changed, what is blocked, the proofs, the next
 * run.
 */
export function renderReport(told: Report, paint: Paint = plain): string {
  const report = printable(told);
  const sections = [
    verdict(report, paint),
    section('Successions', successions(report, paint), paint),
    section('What changed', changes(report, paint), paint),
    section('Clients promoted', promoted(report), paint),
    section('Clients locked out', lockedOutTable(report, paint), paint),
    section('The leaked key', attackTable(report, paint), paint),
    section('Blocked', blocked(report, paint), paint),
    section('Warnings', warningList(report.warnings), paint),
    section('Faults', faults(report, paint), paint),
    section('Proofs', proofsTable(report, paint), paint),
    section(
      'Next rotation',
      `  ${report.nextRotationAt ? readable(report.nextRotationAt) : 'none in sight: only the daily sweep looks'}`,
      paint,
    ),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

const toggled = ({ scopes }: Report) =>
  scopes.filter(
    ({ activated, deactivated, undone }) => activated.length + deactivated.length + undone.length > 0,
  );

function verdict(report: Report, paint: Paint): string {
  const { outcome, halt, successions, blocked, attacks = [] } = report;
  // Each attacker has the key of an anchor that the emergency named, so these are the named anchors.
  const named = attacks.map(({ anchor }) => anchor);
  const done = `${plural(successions.length, 'succession')} in ${plural(toggled(report).length, 'scope')}`;
  const turnedAway = turnedAwayInWords(report);
  // The rotation did what it could. But a rehearsal has to answer whether it may be done this way, and a
  // client that is turned away means no.
  const good = (word: string) =>
    turnedAway
      ? paint(['red', 'bold'], `✗ ${word}, and ${turnedAway}`)
      : paint(['green', 'bold'], `✓ ${word}`);
  switch (outcome) {
    case 'rotated':
      return `${good('Rotated')}: ${done}${blocked.length > 0 ? `; ${blocked.length} blocked` : ''}.`;
    case 'idle':
      return `${good('Idle')}: ${withActiveNowhere('nothing is due', named, { blocked, successions: [] })}.`;
    case 'blocked':
      return `${paint(['yellow', 'bold'], '■ Blocked')}: ${plural(blocked.length, 'anchor')} due, none could be rotated.`;
    case 'halted':
      return `${paint(['red', 'bold'], '✗ Halted')}: ${halt?.error ?? 'unknown'}: ${halt?.cause ?? 'no cause was given'}`;
  }
}

function successions({ outcome, successions }: Report, paint: Paint): string {
  return successions.length === 0 || outcome === 'idle' ? '' : successionTable(successions, paint);
}

function changes(report: Report, paint: Paint): string {
  const rows = toggled(report).map(({ scope, activated, deactivated, undone, evidence }) => [
    scope,
    few(activated),
    few([...deactivated, ...undone.map((id) => `${id} (undone)`)]),
    evidence ?? '—',
  ]);
  return rows.length === 0 ? '' : table(['scope', 'activated', 'deactivated', 'evidence'], rows, paint);
}

function promoted({ promoted }: Report): string {
  return promoted.length === 0 ? '' : table([], [[promoted.join(', ')]], plain);
}

function blocked({ blocked }: Report, paint: Paint): string {
  return blocked.length === 0 ? '' : blockedTable(blocked, paint);
}

function faults(report: Report, paint: Paint): string {
  const { faults, recovery } = report;
  if (!faults || !recovery) return '';
  const rows = faults.map(({ hit, refused, ...entry }) => [
    hit > 0 ? `${hit}×` : paint('yellow', 'never'),
    `${JSON.stringify(entry)}${refused ? ` refused: ${refused}` : ''}`,
  ]);
  const left = {
    idle: 'nothing was left',
    rotated: 'all that was left is done',
    blocked: 'the rest is blocked',
  };
  const afterwards =
    recovery.outcome === 'halted'
      ? paint('red', `not recovered: ${recovery.halt?.error}: ${recovery.halt?.cause}`)
      : paint('green', left[recovery.outcome]);
  const found = blockedOnlyAfterwards(report);
  return [
    table(['struck', 'fault'], rows, paint),
    `  afterwards: ${plural(recovery.runs, 'sweep')}, ${afterwards}`,
    ...(found.length > 0 ? [blockedTable(found, paint)] : []),
  ].join('\n');
}

import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { causeOf } from '../../lambdas/domain/cause.ts';
import { LONGEST_TOKEN } from '../../lambdas/domain/cut/exchange.ts';
import type { Document } from '../../lambdas/domain/document.ts';
import type { ErrorName } from '../../lambdas/domain/errors.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import { requestSchema } from '../../lambdas/domain/request.ts';
import { withActiveNowhere } from '../terminal/active-nowhere.ts';
import { plural, readable } from '../terminal/dates.ts';
import { printable, printableText } from '../terminal/printable.ts';
import { prose } from '../terminal/prose.ts';
import type { Paint } from '../terminal/screen.ts';
import { blockedTable, section, successionTable } from '../terminal/sections.ts';
import { isEmergency, isPartial, outputOf, takenOver } from './ended.ts';
import { nextLook, organizationIn } from './next-look.ts';
import { inOptions } from './request-options.ts';

/** How an execution ended, in words for the terminal. */
export function ending(ended: DescribeExecutionOutput, paint: Paint): string {
  const { status, error, cause } = ended;
  if (status !== 'SUCCEEDED') {
    const isBlocked = error === 'Blocked';
    const title = isBlocked
      ? paint(['yellow', 'bold'], '■ Blocked')
      : paint(['red', 'bold'], `✗ ${status ?? 'Lost'}`);
    const told = [title, isBlocked ? '' : (error ?? ''), inOptions(printableText(causeOf(cause ?? '')))];
    const isUntouched = isBlocked && !/^\d+ successions? in /.test(causeOf(cause ?? ''));
    const isSudden = isEmergency(ended) && !isUntouched;
    return [
      told.filter(Boolean).join(': '),
      isSudden ? restart('wherever it has cut something, ', paint) : '',
      isSudden && REFUSED.has(error) ? remembered(ended, paint) : '',
      nextLook(ended, isBlocked, paint),
    ]
      .filter(Boolean)
      .join('\n\n');
  }
  const taken = takenOver(ended);
  if (taken !== null)
    return `${paint(['yellow', 'bold'], '■ Superseded by another run')}: ${printableText(causeOf(taken))}`;
  const document = printable(outputOf(ended));
  const title = isPartial(document)
    ? paint(['yellow', 'bold'], '■ Blocked in part')
    : paint(['green', 'bold'], '✓ Succeeded');
  if (!document) return title;
  // A manual run or a sweep may also cut what an emergency had to leave, without a soak.
  const { mode, atOnce, decision } = document.plan;
  const isSudden = (mode === 'emergency' || atOnce) && decision === 'rotate' && !isInVain(document);
  const more = [
    ...(isSudden ? [restart('', paint), oldTokens(ended, paint)] : []),
    nextLook(ended, document.plan.anyBlocked, paint),
  ];
  return `${title}: ${[outcome(document, paint), ...more].filter(Boolean).join('\n\n')}`;
}

/** Errors of an emergency that is refused because of a name in its request. */
const REFUSED: ReadonlySet<string | undefined> = new Set<ErrorName>([
  'InvalidRequest',
  'UnknownAnchor',
  'UnknownProject',
]);

/**
 * Explains what is remembered of a refused emergency. Its anchors count as compromised all the same, and a
 * later run cuts them without the refused allowances (I15, I16).
 */
function remembered({ executionArn = '', input }: DescribeExecutionOutput, paint: Paint): string {
  const ids = anchorsIn(JSON.parse(input ?? '{}'));
  const organization = organizationIn(executionArn);
  const told =
    ids.length > 0
      ? `as far as there is such an anchor, ${ids.map(printableText).join(', ')} is remembered as compromised: a run within minutes cuts it without a soak, and without what was refused. Start the emergency again with the right names, or take it back: windlass compromised ${organization} --retract ID --reason TEXT`
      : 'nothing: the emergency could not be read, so that nobody cuts what it was to name. Start it again';
  return section('Remembered', prose(told, '  '), paint);
}

/** Whether each scope looked for itself, and none had anything to cut. */
const isInVain = ({ plan, release }: Document): boolean =>
  plan.decision === 'rotate' && release?.outcome === 'idle';

/**
 * Tells people to restart clients at once: an emergency has no soak in which clients could read the new leaf.
 */
const restart = (where: string, paint: Paint): string =>
  section(
    'Restart',
    `  ${where}restart at once what keeps its leaf in memory: its old leaf is refused by now`,
    paint,
  );

/** Counts the scopes of a plan. Executions of an older machine carry the scopes themselves and no count. */
const scopesIn = ({ waves }: Document['plan']): number =>
  waves.reduce((total, wave) => total + ('count' in wave ? wave.count : wave.scopes.length), 0);

/**
 * Until when tokens of old leaves live. No scope was confirmed after the execution ended, so no token was
 * given to an old leaf after that. A token lives for an hour at most (F17).
 */
function oldTokens({ stopDate }: DescribeExecutionOutput, paint: Paint): string {
  if (!stopDate) return '';
  const until = readable(instant(Math.ceil(stopDate.getTime() / 1000) + LONGEST_TOKEN));
  return section(
    'Old tokens',
    `  where clients are keyless, a token of an old leaf lives until ${until} at the latest`,
    paint,
  );
}

function outcome(document: Document, paint: Paint): string {
  const { request, plan, promotion, schedule } = document;
  const successions = isInVain(document) ? [] : plan.successions;
  const scopes = scopesIn(plan);
  const next = schedule?.nextRotationAt ?? plan.nextRotationAt;
  const summary =
    plan.decision === 'rotate'
      ? `${plural(successions.length, 'succession')} in ${plural(scopes, 'scope')}`
      : plan.summary;
  return [
    `${withActiveNowhere(summary, anchorsIn(plan.request ?? request), { ...plan, successions }).replace(/\.$/, '')}.`,
    successions.length > 0 ? section('Successions', successionTable(successions, paint), paint) : '',
    plan.blocked.length > 0 ? section('Blocked', blockedTable(plan.blocked, paint), paint) : '',
    promotion?.promoted.length
      ? section('Clients promoted', `  ${promotion.promoted.join(', ')}`, paint)
      : '',
    next ? section('Next rotation', `  ${readable(next)}`, paint) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** The anchors that an emergency named. Empty for any other request, and for one that we cannot read. */
function anchorsIn(request: unknown): string[] {
  const { data } = requestSchema.safeParse(request);
  return data?.mode === 'emergency' ? data.anchors : [];
}

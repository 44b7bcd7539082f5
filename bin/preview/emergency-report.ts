import { caInWords } from '../execution/ca-keys.ts';
import { lengthOf, plural } from '../terminal/dates.ts';
import { prose } from '../terminal/prose.ts';
import { few } from '../terminal/tables.ts';
import type { PlanPreview } from './plan-preview.ts';

/**
 * The lines for the person who is about to start an emergency: what it would cut, which clients it moves,
 * which are not ready, and what it takes.
 */
export function emergencyLines({ emergency, successions, blocked }: PlanPreview): string {
  if (!emergency) return '';
  const { anchors, keys, scopes, clients, apiCalls, seconds } = emergency;
  const into = [...new Set(successions.map(({ successor }) => successor))];
  const alone = scopes === 1 ? '' : ' each by itself,';
  const cut = scopes > 0 ? `${plural(scopes, 'scope')},${alone} without a soak` : 'nothing by now';
  const lines = [
    ['named', few(anchors)],
    ['keys of CAs', few(keys.map(caInWords))],
    ['cuts', cut],
    ['in favour of', few(into)],
    ...clientLines(clients),
    ['blocked', blocked.length > 0 ? `${plural(blocked.length, 'cut')}: see below` : ''],
    ['takes', scopes > 0 ? `${takes(apiCalls, seconds)}` : ''],
  ];
  return lines
    .filter(([, text]) => text)
    .map(([title = '', text]) => hanging(title, text ?? ''))
    .join('\n');
}

function clientLines(clients: NonNullable<PlanPreview['emergency']>['clients']): [string, string][] {
  if ('unknown' in clients)
    return [['clients', `not known, since their secrets could not be read: ${clients.unknown}`]];
  const { moved, notReady } = clients;
  return [
    ['moves', moved.length > 0 ? `${plural(moved.length, 'client')}: ${few(moved)}` : 'no client'],
    ['not ready', notReady.length > 0 ? `${plural(notReady.length, 'client')}: ${few(notReady)}` : 'nobody'],
  ];
}

const takes = (apiCalls: number, seconds: number): string =>
  `about ${plural(apiCalls, 'call')} of the certificates API, and ${lengthOf(seconds)} where nothing has to be tried again`;

const WIDTH = 15;

const hanging = (title: string, text: string): string =>
  prose(text.replaceAll('\n', ' '), `  ${title.padEnd(WIDTH)} `, undefined, ' '.repeat(WIDTH + 3));

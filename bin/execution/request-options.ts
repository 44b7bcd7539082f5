import { type Command, Option } from 'commander';
import { scrub } from '../../lambdas/adapters/scrub.ts';
import { ID_PATTERN } from '../../lambdas/domain/anchor.ts';
import { shown } from '../../lambdas/domain/bad-fields.ts';
import { didYouMean } from '../../lambdas/domain/closest.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { looksLikeKey } from '../../lambdas/domain/secret-name.ts';
import { exit, say } from '../terminal/exit.ts';

/** The options that say why a rotation starts, as they were given. */
export type RequestOptions = {
  emergency?: true;
  anchor?: string[];
  ca?: string[];
  leaveBehind?: string[];
  onListing?: string[];
  reason?: string;
  manual?: true;
};

/** Adds the options that make a rotation an emergency. */
export function addEmergencyOptions(command: Command): Command {
  return command
    .option('--emergency', 'the named anchors are compromised: no soak, every other guard')
    .addOption(repeatable('--anchor <id>', 'a compromised anchor (repeatable)'))
    .addOption(repeatable('--leave-behind <client>', 'an emergency may lock this client out (repeatable)'))
    .addOption(
      repeatable(
        '--on-listing <project>',
        'an emergency may cut there without a proof: a project, organization, or all (repeatable)',
      ),
    )
    .option('--reason <text>', 'why, for the record');
}

const repeatable = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((value: string, values: string[] = []) => [...values, value]);

/**
 * Returns the request that the options state. Ends the command with a usage error when options contradict
 * each other.
 */
export function requestOf(options: RequestOptions, command: Command): Request {
  const { emergency, manual, reason, anchor: anchors = [] } = options;
  const refuse = (message: string): never => command.error(`error: ${message}`, { exitCode: exit.usage });
  if (emergency && manual)
    refuse('--emergency and --manual exclude each other: an emergency names its anchors');
  if (emergency && anchors.length === 0)
    refuse('--emergency needs --anchor ID: the anchors that are compromised');
  if (emergency && !reason?.trim()) refuse('--emergency needs --reason TEXT: why, for the record');
  if (!emergency && anchors.length > 0)
    refuse('--anchor goes with --emergency: only an emergency names anchors');
  if (!emergency && options.ca)
    refuse('--ca goes with --emergency: only an emergency names keys that leaked');
  if (!emergency && options.leaveBehind)
    refuse('--leave-behind goes with --emergency: nothing else locks a client out');
  if (!emergency && options.onListing)
    refuse('--on-listing goes with --emergency; policy.listingScopes is for every rotation');
  if ([...(options.leaveBehind ?? []), ...(options.onListing ?? [])].some((name) => !name.trim()))
    refuse('--leave-behind and --on-listing need a name');
  if (!emergency && !manual && reason !== undefined)
    refuse(`--reason goes with --emergency${mayBeManual(command) ? ' or --manual' : ''}`);
  for (const [option, names] of Object.entries({ '--anchor': anchors, ...namesOf(options) }))
    if (names.some(looksLikeKey))
      refuse(`${option} was given what looks like a key, a token or a PEM, and has to be an id or a name`);
  const malformed = anchors.find((id) => id.includes(',') || !ID_PATTERN.test(id));
  if (malformed !== undefined)
    refuse(
      `--anchor ${shown(malformed)} is not an anchor id such as cert_abc${malformed.includes(',') ? ': give --anchor once for each' : ''}`,
    );
  const why = reasonToTell(reason);
  if (emergency)
    return { mode: 'emergency', anchors: [...new Set(anchors)], reason: why, ...allowed(options) };
  if (manual) return why ? { mode: 'manual', reason: why } : { mode: 'manual' };
  return { mode: 'scheduled' };
}

/** The placeholders that `scrub` puts in the place of a secret. */
const TAKEN_OUT = /\[(?:key|token|PEM|secret)\]/;

/**
 * Returns the reason without secrets, and says what was taken out. An execution's input is kept for months,
 * and each event about a change of its status carries it (I14).
 */
function reasonToTell(reason = ''): string {
  const told = scrub(reason);
  if (TAKEN_OUT.test(told) && !TAKEN_OUT.test(reason))
    say(`--reason holds what looks like a key, a token or a PEM, and is told as: ${told}`);
  return told;
}

const namesOf = ({ leaveBehind = [], onListing = [] }: RequestOptions) => ({
  '--leave-behind': leaveBehind,
  '--on-listing': onListing,
});

/** Whether the command has `--manual`. A rehearsal has no such option, since no person starts it. */
const mayBeManual = ({ options }: Command): boolean => options.some(({ long }) => long === '--manual');

/** What only an emergency may do (I6). */
function allowed({ leaveBehind, onListing }: RequestOptions) {
  return {
    ...(leaveBehind && { leaveBehind: [...new Set(leaveBehind)] }),
    ...(onListing && { onListing: onListing.includes('all') ? ('all' as const) : [...new Set(onListing)] }),
  };
}

/** The state machine's input for a request. A scheduled run has no mode, exactly as the schedule sends it. */
export function inputOf(request: Request): object {
  const { mode, ...rest } = request;
  return mode === 'scheduled' ? rest : request;
}

const OPTIONS: Record<string, string> = {
  anchors: '--anchor',
  leaveBehind: '--leave-behind',
  onListing: '--on-listing',
};

/**
 * Replaces the path of a request's field by the option that gave it. `known` are the names that a mistyped
 * name may mean.
 */
export const inOptions = (text: string, known: readonly string[] = []): string =>
  text.replace(
    /request\.(anchors|leaveBehind|onListing)\.\d+: ([^\s;]+)/g,
    (_, field: string, name: string) => `${OPTIONS[field]} ${name}${didYouMean(name, known)}`,
  );

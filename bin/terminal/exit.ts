import { WindlassError } from '../../lambdas/domain/errors.ts';
import { withoutKeys } from '../../lambdas/domain/secret-name.ts';
import { withEscapes } from './printable.ts';
import { prose, terminalWidth } from './prose.ts';
import { isOutOfRoom, reasonOf } from './reason.ts';

/** The exit codes. The help of each command explains them. */
export const exit = {
  ok: 0,
  bug: 1,
  usage: 2,
  blocked: 3,
  halted: 4,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** What exit code 3 means for a rotation that was followed to its end. */
export const BLOCKED_RUN =
  'blocked: an anchor that is due, or that an emergency named, stays active until somebody does what it lists, such as staging a leaf; whatever is not blocked has been rotated. Where an earlier run has said so, and it is no nearer to its date, 0';

/** The lines of a command's help that explain its exit codes. */
export const exitCodesHelp = (codes: Partial<Record<keyof typeof exit, string>>): string =>
  [
    'Exit codes:',
    ...Object.entries(codes).map(([name, meaning]) =>
      prose(meaning, `  ${exit[name as keyof typeof exit]}  `, terminalWidth(), '     '),
    ),
  ].join('\n');

/**
 * Prints on stderr what went wrong, in one `windlass: …` line, and returns the exit code for it. Bad input is
 * for the user to correct. An error without one of our names is a bug; `WINDLASS_DEBUG` shows its stack.
 */
export function complain(error: unknown): number {
  if (isCommanderError(error)) return error.exitCode === 0 ? exit.ok : exit.usage;
  if (isInterruption(error)) return STOPPED[error.signal] ?? exit.interrupted;
  if (error instanceof WindlassError) {
    say(error.message);
    return exit.usage;
  }
  if (isOutOfRoom(error)) {
    say(`cannot write ${error.path ?? 'a file'}: ${reasonOf(error)}`);
    return exit.usage;
  }
  const debug = Boolean(process.env.WINDLASS_DEBUG);
  const message = error instanceof Error ? error.message : String(error);
  say(`internal error: ${message}${debug ? '' : ' (set WINDLASS_DEBUG=1 to see where)'}`);
  if (debug && error instanceof Error) say(error.stack ?? 'no stack');
  return exit.bug;
}

/** Prints one line on stderr under the command's name. */
export const say = (message: string): void =>
  void process.stderr.write(`windlass: ${fitForStderr(message)}\n`);

/**
 * Returns what an error may say (I14). The admin key is struck out wherever the message came from, and so is
 * everything that looks like a key or a PEM. Control characters are escaped.
 */
export function fitForStderr(message: string): string {
  const key = process.env.OPENAI_ADMIN_KEY?.trim();
  return withEscapes(withoutKeys(key ? message.replaceAll(key, '[admin key]') : message));
}

/** Why a command was stopped from outside. */
export type Interruption = Error & { signal: keyof typeof STOPPED };

/** The signals that stop a command, and the exit code of each. */
const STOPPED = { SIGINT: exit.interrupted, SIGTERM: exit.terminated, SIGHUP: exit.hungUp } as const;

/** The names of those signals. */
export const stopSignals = Object.keys(STOPPED) as (keyof typeof STOPPED)[];

// Commander has already printed its own message when it throws. Checking the error's code avoids a dependency
// on commander here.
const isCommanderError = (error: unknown): error is Error & { exitCode: number } =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');

const isInterruption = (error: unknown): error is Interruption =>
  error instanceof Error && (error.name === 'Interruption' || error.name === 'ExitPromptError');

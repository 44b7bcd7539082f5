import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { exit } from './exit.ts';

/** Ends the command with a usage error when there is no terminal to ask on and `--yes` was not given. */
export function demandTerminal(yes: boolean | undefined, command: Command, whatYesDoes: string): void {
  if (yes || process.stdin.isTTY) return;
  command.error(`error: there is no terminal to ask on: --yes ${whatYesDoes} without asking`, {
    exitCode: exit.usage,
  });
}

/** Asks on the terminal. Enter means no. */
export async function confirmed(message: string): Promise<boolean> {
  if (process.env.TERM === 'dumb') return saysYes(message, process);
  const { default: confirm } = await import('@inquirer/confirm');
  return confirm({ message, default: false }, { output: process.stderr });
}

type Terminal = { stdin: NodeJS.ReadableStream; stderr: NodeJS.WritableStream };

/** Asks in one plain line, for a terminal that cannot move its cursor and would show escape codes as text. */
export async function saysYes(message: string, { stdin, stderr }: Terminal): Promise<boolean> {
  const asking = createInterface({ input: stdin, output: stderr, terminal: false });
  // Closing the terminal is not a yes.
  const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  const answer = await Promise.race([asking.question(`${message} (y/N) `), closed]);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}

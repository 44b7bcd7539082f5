import type { Command } from 'commander';
import { exit } from './exit.ts';

/** Ends the command with a usage error where nobody can be asked and nobody said that they need not be. */
export function demandTerminal(yes: boolean | undefined, command: Command, whatYesDoes: string): void {
  if (yes || process.stdin.isTTY) return;
  command.error(`error: there is no terminal to ask on: --yes ${whatYesDoes} without asking`, {
    exitCode: exit.usage,
  });
}

/** Asks on the terminal; no is what Enter says. */
export async function confirmed(message: string): Promise<boolean> {
  const { default: confirm } = await import('@inquirer/confirm');
  return confirm({ message, default: false }, { output: process.stderr });
}

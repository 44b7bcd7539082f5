import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { tolerateUnwritten } from './unwritten.ts';

/** Reads a whole number from 1 up. */
export function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('Expected a whole number from 1 up.');
}

/** Ends the command with an error, before any work, for a file that could not be written in the end. */
export async function demandWritable(command: Command, file: string): Promise<void> {
  const isDirectory = async (path: string) => (await stat(path).catch(() => null))?.isDirectory() ?? false;
  if ((await isDirectory(dirname(resolve(file)))) && !(await isDirectory(file))) return;
  command.error(`error: cannot write ${file}: name a file in a directory that exists`);
}

/**
 * Runs a command and returns its exit code. A usage error is one line, and 2. A reader may stop reading what
 * it prints.
 */
export async function exitCodeOf(command: Command, run: () => Promise<number>): Promise<number> {
  tolerateUnwritten();
  try {
    command.exitOverride().parse();
    return await run();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { demand, run } from './run-command.ts';
import { ROOT } from './workspace.ts';

const NEWEST_FIRST = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];

/** A Python that programs from the package index run on, or null. */
export async function suitablePython(): Promise<string | null> {
  for (const python of NEWEST_FIRST) {
    const check = ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'];
    if ((await run(python, check, here)).exitCode === 0) return python;
  }
  return null;
}

/** Makes a virtual environment and installs into it what these arguments of `pip install` name; gives the folder of its programs. */
export async function installInto(venv: string, python: string, what: readonly string[]): Promise<string> {
  await mkdir(dirname(venv), { recursive: true });
  await demand(python, ['-m', 'venv', venv], here);
  const install = ['install', '--quiet', '--disable-pip-version-check', ...what];
  await demand(join(venv, 'bin', 'pip'), install, here);
  return join(venv, 'bin');
}

const here = { cwd: ROOT, env: process.env };

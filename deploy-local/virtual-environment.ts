import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { demand, run } from './run-command.ts';
import { ROOT } from './workspace.ts';

const NEWEST_FIRST = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];

const here = { cwd: ROOT, env: process.env };

/** What a script needs of Python. */
export type PythonNeeds = {
  /** The script's name, from which the name of its virtual environment below `cdk.out/python` is made. */
  script: string;
  /** Pinned, in the form that pip takes. */
  packages: readonly string[];
  /** Says that the script is skipped, and ends well, when Python or its package index is missing. */
  ifPossible?: true | undefined;
  say: (line: string) => void;
};

/** The path of a program in the virtual environment. */
export type Programs = (name: string) => string;

/**
 * Runs work that needs Python packages in a virtual environment of its own, and returns its exit code.
 * Without a Python or a package index it returns 2, or 0 with `ifPossible`, and the reason is written to
 * stderr.
 */
export async function inVirtualEnvironment(
  { script, packages, ifPossible, say }: PythonNeeds,
  work: (programs: Programs) => Promise<number>,
): Promise<number> {
  const without = (what: string) => {
    console.error(`${script} ${ifPossible ? 'is skipped: it ' : ''}${what}`);
    return ifPossible ? 0 : 2;
  };
  const python = await suitablePython();
  if (!python) return without('needs Python 3.11 or newer, with venv and pip');
  const folder = join(ROOT, 'cdk.out', 'python', script.replaceAll(':', '-'));
  say(`… ${packages.join(', ')} is installed into ${folder.slice(ROOT.length + 1)}`);
  try {
    await install(python, folder, packages);
  } catch (error) {
    return without(whyNot(String(error).split('\n').at(-1) ?? ''));
  }
  return work((name) => join(folder, 'bin', name));
}

/** What is missing, with the last message of pip or the system: a place to write to, or the package index. */
const whyNot = (said: string): string =>
  /EACCES|EROFS|ENOSPC|Permission denied|Read-only file system|No space left/i.test(said)
    ? `cannot write below cdk.out: ${said}`
    : `needs a Python package index: ${said}`;

async function suitablePython(): Promise<string | null> {
  for (const python of NEWEST_FIRST) {
    const check = ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'];
    if ((await run(python, check, here)).exitCode === 0) return python;
  }
  return null;
}

async function install(python: string, folder: string, packages: readonly string[]): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  await demand(python, ['-m', 'venv', folder], here);
  const pip = ['install', '--quiet', '--disable-pip-version-check', ...packages];
  await demand(join(folder, 'bin', 'pip'), pip, here);
}

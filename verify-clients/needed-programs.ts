import { run } from '../deploy-local/run-command.ts';
import { ROOT } from '../deploy-local/workspace.ts';

/** The programs of this machine that are used as clients: how each tells its version, and what is needed. */
const PROGRAMS = [
  {
    program: 'curl',
    ask: '--version',
    is: (said: string) => isFrom(said, /^curl (\d+)\.(\d+)/, [7, 84]) && /\bHTTP2\b/.test(said),
    needed: 'curl 7.84 or newer with HTTP/2',
  },
  {
    program: 'openssl',
    ask: 'version',
    is: (said: string) => isFrom(said, /^OpenSSL (\d+)\.(\d+)/, [3, 0]),
    needed: 'OpenSSL 3',
  },
];

/** Throws an error that names what is needed when one of them is missing or too old. */
export async function demandPrograms(): Promise<void> {
  for (const { program, ask, is, needed } of PROGRAMS) {
    const { exitCode, stdout } = await run(program, [ask], { cwd: ROOT, env: process.env });
    if (exitCode !== 0 || !is(stdout)) throw new Error(needed);
  }
}

/** Whether a version is at least the given one. */
function isFrom(said: string, version: RegExp, [major, minor]: readonly [number, number]): boolean {
  const [own = 0, below = 0] = version.exec(said)?.slice(1).map(Number) ?? [];
  return own > major || (own === major && below >= minor);
}

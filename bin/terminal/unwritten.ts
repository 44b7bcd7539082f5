import { exit, say } from './exit.ts';
import { reasonOf } from './reason.ts';

let ifUnwritten: number = exit.usage;

/**
 * Notes that something real is under way. From here on exit code 2 would wrongly say that nothing was
 * started, and a script would repeat the command.
 */
export function isStarted(): void {
  ifUnwritten = exit.halted;
}

/**
 * Lets a command go on when its output cannot be written. A reader may stop reading (`| head`), which is
 * fine. A full or missing disk is reported once, and a success then becomes exit code 2, because the output
 * is not complete. `blocked` becomes 2 as well, since nobody can read what is blocked. Once {@link isStarted}
 * was called, a success becomes `halted`, and `blocked` stays.
 */
export function tolerateUnwritten(): void {
  let isSaid = false;
  for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr }))
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || isSaid) return;
      isSaid = true;
      say(`cannot write to ${name}: ${reasonOf(error)}; what is there is not whole`);
    });
  process.on('exit', () => {
    const isLost = !process.exitCode || (process.exitCode === exit.blocked && ifUnwritten === exit.usage);
    if (isSaid && isLost) process.exitCode = ifUnwritten;
  });
}

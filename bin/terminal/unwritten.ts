import { exit, say } from './exit.ts';
import { reasonOf } from './reason.ts';

let ifUnwritten: number = exit.usage;

/** From here on something real is under way: 2 would say that nothing was started, and have it repeated. */
export function isStarted(): void {
  ifUnwritten = exit.halted;
}

/**
 * Lets a command go on when nobody takes what it prints. Whoever reads us may stop reading (`| head`), which is fine; where
 * a disk is full or gone it is said once, and what ends well otherwise ends with 2: the output is not whole. So does what is
 * blocked, since nobody can read what is; after {@link isStarted} that is how a run ended, and stays.
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

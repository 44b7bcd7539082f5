import { exit, say } from './exit.ts';
import { reasonOf } from './reason.ts';

/**
 * Lets a command go on when nobody takes what it prints. Whoever reads us may stop reading (`| head`), which is fine; where
 * a disk is full or gone it is said once, and what ends well otherwise ends with 2: the output is not whole.
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
    if (isSaid && !process.exitCode) process.exitCode = exit.usage;
  });
}

#!/usr/bin/env node
import { complain, exit } from './exit.ts';
import { windlassProgram } from './program.ts';

// Whoever reads us may stop reading (`| head`): what is under way still ends as it should, and says so by its exit code.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

try {
  await windlassProgram().parseAsync();
} catch (error) {
  process.exitCode = complain(error);
}
process.exitCode ??= exit.ok;

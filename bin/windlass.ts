#!/usr/bin/env node
import { windlassProgram } from './commands/program.ts';
import { complain, exit } from './terminal/exit.ts';

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

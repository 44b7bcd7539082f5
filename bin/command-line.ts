import { windlassProgram } from './commands/program.ts';
import { complain, exit } from './terminal/exit.ts';
import { tolerateUnwritten } from './terminal/unwritten.ts';

tolerateUnwritten();
try {
  await windlassProgram().parseAsync();
} catch (error) {
  process.exitCode = complain(error);
}
process.exitCode ??= exit.ok;

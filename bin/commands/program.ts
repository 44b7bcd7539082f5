import { Command } from 'commander';
import { closest } from '../../lambdas/domain/closest.ts';
import about from '../../package.json' with { type: 'json' };
import { exit, fitForStderr } from '../terminal/exit.ts';
import { compromisedCommand } from './compromised.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { followCommand } from './follow.ts';
import { historyCommand } from './history.ts';
import { planCommand } from './plan.ts';
import { rehearseCommand } from './rehearse.ts';
import { rotateCommand } from './rotate.ts';
import { simulateCommand } from './simulate.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';

/**
 * The command line: what it accepts and how it refuses. A usage error is printed on stderr and then thrown.
 */
export function windlassProgram(): Command {
  const program = new Command('windlass')
    .description(about.description)
    .version(about.version, '--version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(fitForStderr(inOneLine(text))) })
    .showHelpAfterError('(windlass --help says more)')
    .helpCommand(false)
    .configureHelp({ minWidthToWrap: 20 })
    .addHelpText(
      'after',
      '\nStart here: windlass rehearse, which touches nothing real. In the clone npx windlass runs it.',
    );
  const commands = [
    rehearseCommand(),
    simulateCommand(),
    planCommand(),
    exportCommand(),
    doctorCommand(),
    rotateCommand(),
    followCommand(),
    stopCommand(),
    statusCommand(),
    historyCommand(),
    compromisedCommand(),
    explainCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
    command.showHelpAfterError(`(windlass ${command.name()} --help says more)`);
    refuseSwallowed(command);
  }
  return program.addCommand(helpCommand(program).copyInheritedSettings(program));
}

/** Returns Commander's message as ours. A line break within an argument begins no new line. */
const inOneLine = (text: string): string =>
  text.replace(/^error: /, 'windlass: ').replace(/\n(?!$|\(Did you mean )/g, '\\n');

/**
 * The `help` command. Commander's own shows the program's help for an unknown name, as if nothing were wrong.
 */
const helpCommand = (program: Command): Command =>
  new Command('help')
    .description('display help for command')
    .argument('[command]')
    .action((name: string | undefined) => {
      const { commands } = program;
      if (name === undefined) program.help();
      commands.find((command) => command.name() === name)?.help();
      const near = closest(
        name,
        commands.map((command) => command.name()),
      );
      program.error(`error: unknown command '${name}'${near ? `\n(Did you mean ${near}?)` : ''}`);
    });

/**
 * Refuses an option whose value was forgotten. Commander would take the next option as its value: `--reason
 * --yes`.
 */
function refuseSwallowed(command: Command): void {
  for (const option of command.options.filter(({ required }) => required))
    command.on(`option:${option.name()}`, (value: string) => {
      if (!value.startsWith('--')) return;
      const message = `error: option '${option.flags}' argument missing: ${value} follows it`;
      command.error(message, { exitCode: exit.usage });
    });
}

import { type Command, Option } from 'commander';
import type { Request } from '../../lambdas/domain/request.ts';
import { exit } from '../terminal/exit.ts';

/** What the options that say why a rotation starts were given as. */
export type RequestOptions = { emergency?: true; anchor?: string[]; reason?: string; manual?: true };

/** Adds the options that say a rotation is an emergency. */
export function addEmergencyOptions(command: Command): Command {
  return command
    .option('--emergency', 'the named anchors are compromised: no soak, every other guard')
    .addOption(
      new Option('--anchor <id>', 'a compromised anchor (repeatable)').argParser(
        (id: string, ids: string[] = []) => [...ids, id],
      ),
    )
    .option('--reason <text>', 'why, for the record');
}

/** The request that the options state. Ends the command with a usage error where they contradict each other. */
export function requestOf(options: RequestOptions, command: Command): Request {
  const { emergency, manual, reason, anchor: anchors = [] } = options;
  const refuse = (message: string): never => command.error(`error: ${message}`, { exitCode: exit.usage });
  if (emergency && manual)
    refuse('--emergency and --manual exclude each other: an emergency names its anchors');
  if (emergency && anchors.length === 0)
    refuse('--emergency needs --anchor ID: the anchors that are compromised');
  if (emergency && !reason?.trim()) refuse('--emergency needs --reason TEXT: why, for the record');
  if (!emergency && anchors.length > 0)
    refuse('--anchor goes with --emergency: only an emergency names anchors');
  if (!emergency && !manual && reason !== undefined) refuse('--reason goes with --emergency');
  const malformed = anchors.filter((id) => !/^\S+$/.test(id));
  if (malformed.length > 0)
    refuse(`--anchor ${JSON.stringify(malformed[0])} is not an anchor id such as cert_abc`);
  if (emergency) return { mode: 'emergency', anchors: [...new Set(anchors)], reason: reason?.trim() ?? '' };
  if (manual) return reason?.trim() ? { mode: 'manual', reason: reason.trim() } : { mode: 'manual' };
  return { mode: 'scheduled' };
}

/** The state machine's input for a request: a scheduled run has no mode, as the schedule sends it. */
export function inputOf(request: Request): object {
  const { mode, ...rest } = request;
  return mode === 'scheduled' ? rest : request;
}

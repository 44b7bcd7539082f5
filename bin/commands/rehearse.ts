import { Command } from 'commander';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { steps as stepNames } from '../../lib/steps.ts';
import type { Report } from '../../rehearsal/report.ts';
import { faultsInWords, faultyOps, stepFaultsInWords } from '../../simulation/world/fault-kinds.ts';
import { addEmergencyOptions, type RequestOptions, requestOf } from '../execution/request-options.ts';
import { blockedOnlyAfterwards } from '../rehearsal/afterwards.ts';
import { turnedAwayInWords } from '../rehearsal/turned-away.ts';
import { parseInstant } from '../terminal/dates.ts';
import { exit, exitCodesHelp, say } from '../terminal/exit.ts';
import { jsonOf } from '../terminal/json.ts';
import { ADMIN_LIMITS, type AdminLimitOptions, addAdminLimits } from './admin-limits.ts';

type Options = RequestOptions &
  AdminLimitOptions & {
    inventory?: string;
    now?: number;
    policy?: string;
    faults?: string;
    json?: string;
  };

const MORE = `
Examples:
  windlass rehearse
  windlass rehearse --inventory inventory.json --policy policy.json --now 2026-11-02
  windlass rehearse --emergency --anchor cert_abc --reason "key found in a repository"
  windlass rehearse --json - | jq .requests
  windlass rehearse --faults faults.json
  windlass rehearse --without write --audit-log 900

FILE of --inventory is what windlass export writes (and may state how clients read their secret:
"clients": [{"project", "anchor", "habit": follows, refusal, hourly or never}], an anchor's CEL "filter", in one of
the lists that have it, and leaves that it has to refuse, "mustRefuse": [{"project", "anchor"}]); of --policy, JSON with any of leadTime, soak,
safetyMargin (ISO 8601 durations), evidence, concurrency, hold, canary, successions, listingScopes.

A rehearsal makes CAs of its own, so that it takes no --ca: windlass plan --emergency shows what becomes of that.

FILE of --faults is a JSON list of any of
  {"op": "activate", "scope": "proj_a", "nth": 2, "times": 3, "fault": "lost-reply"}
      op: ${faultyOps.join(', ')} (the table, journal included)
      fault:
        ${faultsInWords().join('\n        ')}
  {"step": "confirm", "fault": "crash-after"}
      step: ${stepNames.join(', ')}
      fault, and only the invocation that it names ends:
        ${stepFaultsInWords().join('\n        ')}
  {"at": "deactivate", "outsider": "deactivate", "scope": "proj_a", "anchor": "cert_abc"}
      outsider: activate, deactivate, delete; right before the step
  {"propagation": "PT30S"}                       toggles reach the hosts late ("of": "listing": the listings)
  {"clock": "-PT5M", "step": "verify"}           the clock of that step, or of all, is off
at and step name a step as above.
Without scope any; nth counts from 1, times is how often from there on, or "always"; both are 1 unless said.
When they are over, daily sweeps take up what they left; the report says how often each struck.

${ADMIN_LIMITS}

Environment:
  NO_COLOR        plain text
  WINDLASS_DEBUG  stack traces for internal errors

${exitCodesHelp({
  ok: 'rotated, or nothing was due',
  bug: 'an invariant was broken, or an internal error: a bug in Windlass',
  usage: 'usage or bad input: nothing was started; or the report could not be written',
  blocked: 'blocked: what is due cannot be rotated until somebody does what the report lists',
  halted:
    'halted: stopped on purpose, every scope still works; or a request failed or a client was locked out',
  hungUp: 'its terminal was closed',
  interrupted: 'stopped by Ctrl-C: nothing is left of it',
  terminated: 'stopped by SIGTERM',
})}`;

/** `windlass rehearse`: a whole rotation on this machine; nothing real is touched. */
export function rehearseCommand(): Command {
  const command = new Command('rehearse')
    .description('run a whole rotation on this machine, under mutual-TLS traffic; nothing real is touched')
    .option('--inventory <file>', 'rehearse on this organization instead of the built-in one')
    .option('--now <iso>', 'the instant at which the rehearsal begins', parseInstant)
    .option('--policy <file>', 'the policy to rotate by')
    .option('--faults <file>', 'what goes wrong meanwhile; sweeps then take up what it left');
  return addEmergencyOptions(addAdminLimits(command))
    .option('--json <file>', 'write the report as JSON; - is stdout, and then all else goes to stderr')
    .addHelpText('after', MORE)
    .action(rehearse);
}

async function rehearse({ without, auditLog, ...options }: Options, command: Command): Promise<void> {
  const request = requestOf(options, command);
  const files = await import('../terminal/files.ts');
  const toFile = options.json !== undefined && options.json !== '-';
  if (toFile) await files.demandWritable('report', options.json ?? '');
  const { rehearseOnScreen } = await import('../rehearsal/rehearse-on-screen.ts');
  // A report on stdout is piped into another program, so everything for people goes to stderr.
  const stream = options.json === '-' ? process.stderr : process.stdout;
  const report = await rehearseOnScreen({ ...options, limits: { without, auditLog }, request, stream });
  process.exitCode = exitOf(report);
  const { json } = options;
  if (json === undefined || (await isWritten(files.writeWhole('report', json, jsonOf(report))))) {
    if (toFile) stream.write(`report written to ${json}\n`);
  } else process.exitCode ||= exit.usage;
}

/** Whether the report was written. When it cannot be written, the rehearsal's own exit code still counts. */
async function isWritten(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    say(error.message);
    return false;
  }
}

function exitOf(report: Report): number {
  const { outcome, violations, recovery } = report;
  // A broken invariant is never green, whatever the rotation's own outcome is (I13).
  const broken = Object.entries(violations).filter(([, count]) => count > 0);
  const named = broken.map(([name, count]) => `${name} ${count}`).join(', ');
  if (named) say(`violations of the invariants: ${named}: this is a bug in Windlass`);
  if (named) return exit.bug;
  // Faults may halt a rotation, but the sweeps after it have to finish the job (I11).
  if (recovery?.outcome === 'halted') return exit.halted;
  // A script runs a rehearsal to learn whether the rotation may be done this way. It may not when any client
  // is turned away.
  const turnedAway = turnedAwayInWords(report);
  if (turnedAway) say(`${turnedAway}: the report says who and why`);
  if (turnedAway) return exit.halted;
  // The rehearsed run did not name these blocked cuts. Only the sweeps after it end red with them.
  if (outcome === 'idle' && blockedOnlyAfterwards(report).length > 0) return exit.blocked;
  return { rotated: exit.ok, idle: exit.ok, blocked: exit.blocked, halted: exit.halted }[outcome];
}

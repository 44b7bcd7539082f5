import { describe, it } from 'vitest';
import { executionArn, machineArn } from '../../doctor/account.ts';
import { expectRefused } from './refused.ts';

type Case = [what: string, args: string[], named: string[], env?: Record<string, string>];

const emergency = (anchor: string) => ['--emergency', '--anchor', anchor, '--reason', 'x'];

/** Mistakes of a person on the first day, as far as no other test has them. */
const cases: Case[] = [
  // The organization.
  ['an organization in capitals', ['rotate', 'ACME', '--yes'], ['"ACME"', 'did you mean acme?']],
  ["the machine's name for the organization", ['rotate', 'windlass-acme', '--yes'], ['in eu-west-1: acme']],
  ['no name at all', ['rotate', '', '--yes'], ['organization ""', 'in eu-west-1: acme, globex']],
  ['two organizations', ['rotate', 'acme', 'globex', '--yes'], ['got 2: acme, globex']],
  ['an option for the organization', ['rotate', '--organization', 'acme'], ["'--organization'"]],
  [
    "a Lambda function's ARN",
    ['rotate', 'arn:aws:lambda:eu-west-1:123456789012:function:x', '--yes'],
    ['function:x', 'stateMachine:windlass-acme'],
  ],
  [
    'an ARN of a region that there is none of',
    ['rotate', machineArn('acme').replace('eu-west-1', 'euwest1'), '--yes'],
    ['euwest1', 'eu-west-1'],
  ],
  [
    'an ARN with three digits of an account',
    ['status', machineArn('acme').replace('123456789012', '123')],
    [':123:', '123456789012'],
  ],
  [
    'a state machine that is no stack’s',
    ['status', 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass'],
    ['windlass is not the name', 'windlass-acme', '--table'],
  ],
  [
    'a client that may be left behind, and no organization that has clients',
    ['plan', '--emergency', '--anchor', 'cert_a', '--leave-behind', 'batch'],
    ['--leave-behind needs ORGANIZATION'],
  ],
  [
    'an ARN in lower case',
    ['status', machineArn('acme').replace('stateMachine', 'statemachine')],
    ['statemachine', 'stateMachine:windlass-acme'],
  ],
  [
    'a region by its name in the console',
    ['status', 'acme'],
    ['"Europe (Ireland)"', 'eu-west-1'],
    { AWS_REGION: 'Europe (Ireland)' },
  ],
  [
    'an execution that is not there',
    ['status', executionArn('acme', 'nope')],
    [executionArn('acme', 'nope'), 'no execution'],
  ],
  [
    'to follow an execution that is not there',
    ['follow', executionArn('acme', 'nope')],
    [executionArn('acme', 'nope'), 'no execution'],
  ],
  [
    'to stop an execution that is not there',
    ['stop', executionArn('acme', 'nope'), '--yes'],
    [executionArn('acme', 'nope'), 'no execution'],
  ],
  [
    'an endpoint without its scheme',
    ['status', 'acme'],
    ['AWS_ENDPOINT_URL_SFN is "localhost", which is no URL', 'http://localhost:4566'],
    { AWS_ENDPOINT_URL_SFN: 'localhost' },
  ],
  ['to follow what does not run', ['follow', 'acme'], ['nothing runs in windlass-acme', 'windlass status']],
  ['to stop without saying what', ['stop', '--yes'], ['name the organization']],
  ['to stop everything', ['stop', '--all'], ["'--all'"]],
  ['to stop, with the reason as an argument', ['stop', 'acme', 'now', '--yes'], ['got 2: acme, now']],

  // The reason.
  [
    'a reason that was forgotten',
    ['stop', 'acme', '--reason', '--yes'],
    ["'--reason <text>'", '--yes follows it'],
  ],
  [
    'an anchor that was forgotten',
    ['rotate', 'acme', '--emergency', '--anchor', '--reason', 'x'],
    ["'--anchor <id>'", '--reason follows it'],
  ],
  [
    'two anchors with a comma',
    ['rotate', 'acme', ...emergency('cert_a,cert_b'), '--yes'],
    ['"cert_a,cert_b"', '--anchor once for each'],
  ],
  [
    'an anchor longer than any id',
    ['rotate', 'acme', ...emergency('c'.repeat(300)), '--yes'],
    ['--anchor "cccc', '(302 characters)', 'such as cert_abc'],
  ],
  [
    'an anchor for the organization',
    ['rotate', 'cert_a', '--emergency', '--reason', 'x', '--yes'],
    ['--emergency needs --anchor ID'],
  ],
  [
    'an emergency by hand',
    ['rotate', 'acme', '--manual', '--anchor', 'cert_a', '--yes'],
    ['--anchor goes with --emergency'],
  ],
  [
    'a client to leave behind without a name',
    ['rotate', 'acme', ...emergency('cert_a'), '--leave-behind', ' ', '--yes'],
    ['--leave-behind', 'need a name'],
  ],
  ['force', ['rotate', 'acme', '--force'], ["'--force'"]],
  ['a short option', ['rotate', 'acme', '-y'], ["'-y'"]],
  ['the opposite of an option', ['rotate', 'acme', '--wait'], ["'--wait'", 'Did you mean --no-wait?']],
  [
    'to take back what is not remembered',
    ['compromised', 'acme', '--retract', 'cert_nope', '--reason', 'x', '--yes'],
    ['cert_nope is not remembered'],
  ],
  [
    'to take back without a reason',
    ['compromised', 'acme', '--retract', 'cert_a', '--yes'],
    ['--retract needs --reason'],
  ],
  ['to take back an argument', ['compromised', 'acme', 'cert_a', '--yes'], ['got 2: acme, cert_a']],
  [
    'a reason without what it is for',
    ['compromised', 'acme', '--reason', 'x'],
    ['--reason goes with --retract'],
  ],
];

describe('which stack, and why', () => {
  it.each(cases)('%s: one line, exit code 2, nothing changed', (_, args, named, env = {}) =>
    expectRefused(args, named, { env }),
  );
});

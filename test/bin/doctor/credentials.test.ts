import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch, windlass, windlassProcess } from '../run.ts';

const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass';
const SECRET = 'sk-admin-0123456789abcdef';

const PROFILES = `
[profile sso]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = operator
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
[profile process]
credential_process = /bin/sh -c "echo 'the vault is sealed: ${SECRET}' >&2; exit 3"
[profile junk]
credential_process = /bin/echo none
[profile role]
role_arn = arn:aws:iam::123456789012:role/operator
source_profile = gone
`;

const commands = {
  rotate: ['rotate', '--state-machine', ARN, '--yes'],
  history: ['history', '--table', 'acme'],
  compromised: ['compromised', '--table', 'acme'],
};

async function withProfile(command: keyof typeof commands, profile: string) {
  const file = join(await scratch(), 'config');
  await writeFile(file, PROFILES);
  return windlass(commands[command], {
    ...{ AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: '/nonexistent', HOME: '/nonexistent' },
    ...{ AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' },
    ...(profile && { AWS_PROFILE: profile }),
  });
}

describe('credentials that cannot be had', () => {
  it.each<[keyof typeof commands, string, RegExp]>([
    ['rotate', 'typo', /from profile typo: Could not resolve credentials using profile: \[typo\]/],
    ['rotate', 'sso', /from profile sso: The SSO session .*aws sso login/],
    ['rotate', 'process', /from profile process: Command failed: .*the vault is sealed/],
    ['history', 'junk', /from profile junk: Profile junk credential_process returned invalid JSON/],
    ['compromised', 'role', /from profile role: Could not resolve credentials using profile: \[gone\]/],
  ])('%s says what the SDK says of the profile %s, in one line', async (command, profile, reason) => {
    const { code, stderr } = await withProfile(command, profile);
    expect(stderr).toMatch(reason);
    expect(stderr).toMatch(/^windlass: .*no AWS credentials.*\n$/);
    expect(stderr).not.toContain(SECRET);
    expect(code).toBe(2);
  });

  it.each(['rotate', 'history'] as const)(
    '%s looks for the region of a profile that is not there, and says so',
    async (command) => {
      const args = command === 'rotate' ? ['status', 'acme'] : commands.history;
      const { code, stderr } = await windlass(args, {
        ...{
          AWS_CONFIG_FILE: '/nonexistent',
          AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
          HOME: '/nonexistent',
        },
        ...{ AWS_REGION: '', AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: 'typo' },
      });
      expect(stderr).toMatch(/no AWS region: profile typo is not there, or has none; set AWS_REGION\n$/);
      expect(code).toBe(2);
    },
  );

  it('are asked for by name where there is no profile at all', async () => {
    const { stderr } = await withProfile('history', '');
    expect(stderr).toContain('no AWS credentials: set AWS_PROFILE');
  });

  it('are said in one line to come from the profile, where there are keys beside it', async () => {
    const { stderr } = await windlassProcess(commands.history, {
      ...{
        AWS_CONFIG_FILE: '/nonexistent',
        AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
        HOME: '/nonexistent',
      },
      ...{ AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: 'typo' },
      ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
    });
    expect(stderr.trimEnd().split('\n')).toEqual([
      'windlass: AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: profile "typo" counts; unset one of them',
      expect.stringContaining('no AWS credentials from profile typo'),
    ]);
  });
});

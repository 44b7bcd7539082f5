import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AdminLimits } from '../../simulation/served/admin-limits.ts';
import type { Permission } from '../../simulation/world/permissions.ts';
import { between } from '../terminal/between.ts';

/** The permissions that an admin key may lack, each under one word (F18). */
const MAY_NOT: Record<string, Permission> = {
  write: 'api.mtls.write',
  read: 'api.mtls.read',
  projects: 'the listing of projects',
  audit: 'the audit log',
};

export type AdminLimitOptions = {
  rateLimit?: number;
  without?: Permission[];
  auditLog?: NonNullable<AdminLimits['auditLog']>;
};

/** Adds the options for what a simulated API allows its admin key, and how many calls a minute it takes. */
export function addAdminLimits(command: Command): Command {
  return command
    .option(
      '--rate-limit <n>',
      'API calls a minute, as many as come unless said; what comes beyond is told to wait',
      between(1, 1_000_000),
    )
    .addOption(
      new Option(
        '--without <what...>',
        `what the admin key may not do: ${Object.keys(MAY_NOT).join(', ')}`,
      ).argParser(withoutThis),
    )
    .option('--audit-log <how>', 'off, or how many seconds late; on and at once unless said', auditLogOf);
}

/** The lines of a command's help about those options. */
export const ADMIN_LIMITS = `Calls beyond --rate-limit are answered with 429 and Retry-After. They are let through evenly: a sixtieth each second.
An admin key --without write is refused every change, --without projects cannot list projects, and --without audit has its
audit log closed: all by a 403. --audit-log off is a log that nobody has switched on, which is empty.`;

function withoutThis(text: string, others: Permission[] = []): Permission[] {
  const permission = MAY_NOT[text];
  if (permission) return [...others, permission];
  throw new InvalidArgumentError(
    `It is none of ${Object.keys(MAY_NOT).join(', ')}; put a space between several.`,
  );
}

function auditLogOf(text: string): AdminLimits['auditLog'] {
  if (text === 'off') return { isOn: false };
  if (/^\d{1,7}$/.test(text)) return { late: Number(text) };
  throw new InvalidArgumentError('It is neither off nor a whole number of seconds from 0 to 9999999.');
}

import * as z from 'zod';
import { ORGANIZATION } from '../../domain/anchor.ts';
import { auditedEvents, type LoggedChange } from '../../domain/audit/logged-change.ts';
import { WindlassError } from '../../domain/errors.ts';
import { baseUrlFromEnvironment } from '../environment.ts';
import { type AdminApi, adminCalls } from './admin-calls.ts';
import { adminCredentialFromEnvironment } from './admin-credential.ts';

/** The vendor's audit log (F19). It throws only WindlassErrors. An empty answer says nothing. */
export interface AuditLog {
  /** Returns changes of trust since a time (Unix seconds), the latest first. */
  changes(since: number): Promise<Logged>;
}

/**
 * What was read of the log. It is complete from `wholeSince` on (Unix seconds): from the time that was asked
 * for, or from later if there was too much.
 */
export type Logged = { changes: LoggedChange[]; wholeSince: number };

/**
 * How much of the log is read: a number of pages of a hundred entries, and the milliseconds after which no
 * page is begun.
 */
export type Reach = { pages: number; milliseconds: number; maxRetries?: number };

/**
 * For a caller with time, for whom nobody waits: ten thousand changes, or those that come within half a
 * minute. The function has two minutes.
 */
const TO_THE_END: Reach = { pages: 100, milliseconds: 30_000 };
/** For a caller that has other work to do: a call that fails is not made again. */
export const WITHIN_SECONDS: Reach = { pages: 20, milliseconds: 5_000, maxRetries: 0 };

const named = z.looseObject({ certificates: z.array(z.looseObject({ id: z.string() })).optional() });
const entrySchema = z.looseObject({
  id: z.string(),
  effective_at: z.number(),
  type: z.string(),
  project: z.looseObject({ id: z.string().optional() }).nullish(),
  actor: z
    .looseObject({
      api_key: z.looseObject({ id: z.string().optional() }).nullish(),
      session: z.looseObject({ user: z.looseObject({ id: z.string().optional() }).nullish() }).nullish(),
    })
    .nullish(),
});

/** Returns the audit log through the API's official client. */
export function openaiAuditLog(options: AdminApi, reach: Reach = TO_THE_END): AuditLog {
  const { pages: mostPages, milliseconds, maxRetries = 1 } = reach;
  const patienceMs = 5_000 * maxRetries;
  const call = adminCalls({ maxRetries, timeoutMs: 5_000, patienceMs, ...options });
  return {
    changes: (since) =>
      call(
        'read the audit log',
        { missing: 'ApiRefused', permission: 'the audit log' },
        async ({ auditLogs }) => {
          const asked = { limit: 100, event_types: [...auditedEvents], effective_at: { gte: since } };
          const changes: LoggedChange[] = [];
          const deadline = performance.now() + milliseconds;
          let pages = 0;
          for await (const page of (await auditLogs.list(asked)).iterPages()) {
            changes.push(...page.data.flatMap((entry) => changeOf(entry)));
            const isEnough = ++pages === mostPages || performance.now() > deadline;
            // An empty page does not end a log that says it goes on, but the SDK does not ask any further.
            const isCutShort = isEnough ? page.hasNextPage() : page.has_more === true && !page.hasNextPage();
            if (isCutShort) return { changes, wholeSince: oldestOf(changes) };
          }
          return { changes, wholeSince: since };
        },
      ),
  };
}

/**
 * Returns the audit log at `OPENAI_BASE_URL`, by the admin secret of the environment. Both are looked up at
 * first use, so that they fail no step.
 */
export function auditLogFromEnvironment(reach?: Reach): AuditLog {
  let log: AuditLog | undefined;
  return {
    async changes(since) {
      log ??= openaiAuditLog(
        { baseURL: baseUrlFromEnvironment(), credential: adminCredentialFromEnvironment() },
        reach,
      );
      return log.changes(since);
    },
  };
}

/**
 * Returns the time of the oldest change that was read of a log that goes on, newest first (Unix seconds).
 * Throws `UnreadableAnswer` when nothing that was read could be understood (I9).
 */
function oldestOf(changes: readonly LoggedChange[]): number {
  const oldest = changes.at(-1)?.at;
  if (oldest === undefined)
    throw new WindlassError(
      'UnreadableAnswer',
      'the log goes on, and of what was read nothing could be understood',
    );
  return oldest;
}

/** Returns one entry in our terms. An entry that cannot be read decides nothing, and is skipped. */
export function changeOf(entry: unknown): LoggedChange[] {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) return [];
  const { id, effective_at, type, project, actor } = parsed.data;
  const about = Object(entry)[type];
  const many = named.safeParse(about);
  const anchors = many.success ? (many.data.certificates ?? []).map((one) => one.id) : [];
  const own = Object(about).id;
  const key = actor?.api_key?.id;
  return [
    {
      ...{ id, at: effective_at, type, scope: project?.id ?? ORGANIZATION },
      anchors: anchors.length > 0 ? anchors : typeof own === 'string' ? [own] : [],
      ...{ actor: key ?? actor?.session?.user?.id ?? null, isKey: key !== undefined },
    },
  ];
}

import * as z from 'zod';
import { ORGANIZATION } from '../../domain/anchor.ts';
import { auditedEvents, type LoggedChange } from '../../domain/audit/logged-change.ts';
import { baseUrlFromEnvironment } from '../environment.ts';
import { type AdminApi, adminCalls } from './admin-calls.ts';
import { adminCredentialFromEnvironment } from './admin-credential.ts';

/** The vendor's audit log (F19). It throws a WindlassError and nothing else; an empty answer says nothing. */
export interface AuditLog {
  /** Changes of trust since then (Unix seconds). */
  changes(since: number): Promise<LoggedChange[]>;
}

/** Pages that are read at the most: the latest come first, and a run makes few changes. */
const MOST_PAGES = 20;

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

/** The audit log through the API's official client, within seconds: nothing waits for it. */
export function openaiAuditLog(options: AdminApi): AuditLog {
  const call = adminCalls({ maxRetries: 1, timeoutMs: 5_000, patienceMs: 5_000, ...options });
  return {
    changes: (since) =>
      call(
        'read the audit log',
        { missing: 'ApiRefused', permission: 'the audit log' },
        async ({ auditLogs }) => {
          const asked = { limit: 100, event_types: [...auditedEvents], effective_at: { gte: since } };
          const found: LoggedChange[] = [];
          let pages = 0;
          for await (const page of (await auditLogs.list(asked)).iterPages()) {
            found.push(...page.data.flatMap((entry) => changeOf(entry)));
            if (++pages === MOST_PAGES) break;
          }
          return found;
        },
      ),
  };
}

/** The audit log at `OPENAI_BASE_URL`, by the admin secret of the environment: looked up at first use, so that it fails no step. */
export function auditLogFromEnvironment(): AuditLog {
  let log: AuditLog | undefined;
  return {
    async changes(since) {
      log ??= openaiAuditLog({
        baseURL: baseUrlFromEnvironment(),
        credential: adminCredentialFromEnvironment(),
      });
      return log.changes(since);
    },
  };
}

/** One entry in our words; one that nobody can read decides nothing, and is passed over. */
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

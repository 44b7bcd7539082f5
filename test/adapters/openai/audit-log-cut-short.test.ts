import { expect, it } from 'vitest';
import { openaiAuditLog } from '../../../lambdas/adapters/openai/audit-log.ts';
import { ADMIN_KEY, page, scriptedApi } from './scripted-api.ts';

const SINCE = 1_800_000_000;

async function logAnswering(...answers: Parameters<typeof scriptedApi>) {
  const { url } = await scriptedApi(...answers);
  return openaiAuditLog(
    { baseURL: url, credential: async () => ({ apiKey: ADMIN_KEY }) },
    { pages: 3, milliseconds: 30_000 },
  );
}
const entry = (id: string, more: object = {}) => ({
  ...{ id, effective_at: SINCE + 500, type: 'certificates.deactivated' },
  'certificates.deactivated': { certificates: [{ id: 'cert_a' }] },
  ...more,
});

it('F19, I9: a log that says there is more, and shows nothing of it, has not been read to its end', async () => {
  // A page may be empty where a filter has found nothing among the entries that it looked at.
  const log = await logAnswering(page([entry('audit_1')], true, 'audit_1'), page([], true, 'audit_2'));
  const told = await log.changes(SINCE).then(
    ({ wholeSince }) => wholeSince,
    (error: Error) => error.name,
  );
  // The journal remembers the look by this time. Entries before it would never be read again.
  expect(told).not.toBe(SINCE);
});

it('F19, I9: pages of entries that nobody can read do not count as the whole log', async () => {
  const unreadable = (id: string) => entry(id, { effective_at: '2027-01-15T08:08:20Z' });
  const log = await logAnswering(
    page([unreadable('audit_1')], true, 'audit_1'),
    page([unreadable('audit_2')], true, 'audit_2'),
    page([unreadable('audit_3')], true, 'audit_3'),
    page([entry('audit_4')]),
  );
  // This test reads three pages at the most, and the log goes on.
  await expect(log.changes(SINCE)).rejects.toMatchObject({ name: 'UnreadableAnswer' });
});

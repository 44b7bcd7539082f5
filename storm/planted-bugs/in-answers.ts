import { edit, type SourceBug } from './source-bug.ts';

/** Bugs about what the vendor answers, and what its audit log says (F19). */
export const inAnswers: Readonly<Record<string, SourceBug>> = {
  'forbidden-taken-for-an-outage': {
    what: 'a key without the permission is taken for an API that is not there',
    finds: 'unnamed',
    seen: 74,
    edits: [
      edit(
        'adapters/openai/api-errors.ts',
        "if (status === 401 || status === 403) return 'AdminKeyRefused';",
        "if (status === 403) return 'ApiUnavailable';\n  if (status === 401) return 'AdminKeyRefused';",
      ),
    ],
  },
  'audit-mismatch-ignored': {
    what: 'what was done with our key, and is in no journal, is told to nobody',
    finds: 'unaudited',
    seen: 2,
    edits: [
      edit(
        'domain/audit/reconcile.ts',
        'unknown: rest.filter(isKnownActor).map(say),',
        'unknown: rest.filter((one) => isKnownActor(one) && false).map(say),',
      ),
    ],
  },
  'uploads-with-our-key-ignored': {
    what: 'an upload or a deletion that somebody made with our key is told to nobody',
    finds: 'unaudited',
    seen: 21,
    edits: [
      edit(
        'domain/audit/reconcile.ts',
        'unknown: rest.filter(isKnownActor).map(say),',
        "unknown: rest.filter((one) => isKnownActor(one) && one.type.startsWith('certificates.')).map(say),",
      ),
    ],
  },
  'anybody-taken-for-us': {
    what: 'whoever has done once what a run was about to do, a person as well, counts as our key from then on',
    finds: 'unaudited',
    seen: 580,
    edits: [
      edit('domain/audit/our-keys.ts', 'seen.size > 1 ? 2 : 1;', 'seen.size > 1 ? 1 : 1;'),
      edit(
        'domain/audit/our-keys.ts',
        'first.length === 1 ? first.flat() : [];',
        'first.length > 0 ? made : [];',
      ),
      edit('domain/audit/our-keys.ts', 'change.isKey && change.actor !== null', 'change.actor !== null'),
      edit(
        'domain/audit/reconcile.ts',
        '=> isKey && actor !== null && ours.has(actor);',
        '=> (isKey || true) && actor !== null && ours.has(actor);',
      ),
      edit(
        'domain/audit/reconcile.ts',
        'isInTime(intent, change) && !isRefused(intent, change)',
        'isInTime(intent, change) || !isRefused(intent, change)',
      ),
    ],
  },
};

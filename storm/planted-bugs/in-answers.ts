import { edit, type SourceBug } from './source-bug.ts';

/** Bugs about what the vendor and AWS answer and do, and about what the vendor's audit log says (F19). */
export const inAnswers: Readonly<Record<string, SourceBug>> = {
  'next-run-deleted': {
    what: 'the schedule of the next run is deleted after it has fired, by which time that run may have moved it',
    finds: 'emergencyLate',
    seen: 58,
    edits: [
      edit('adapters/aws/schedule.ts', "ActionAfterCompletion: 'NONE'", "ActionAfterCompletion: 'DELETE'"),
    ],
  },
  'forbidden-taken-for-an-outage': {
    what: 'a key without the permission is taken for an API that is not there',
    finds: 'unnamed',
    seen: 33,
    edits: [
      edit(
        'adapters/openai/api-errors.ts',
        "if (status === 401 || status === 403) return isOfTheApi(error) ? 'AdminKeyRefused' : 'ApiUnavailable';",
        "if (status === 403) return 'ApiUnavailable';\n  if (status === 401) return 'AdminKeyRefused';",
      ),
    ],
  },
  'page-taken-for-a-refusal': {
    what: 'a page of something between the functions and the API is taken for a refusal of the key',
    finds: 'unnamed',
    seen: 17,
    edits: [
      edit(
        'adapters/openai/api-errors.ts',
        "return isOfTheApi(error) ? 'AdminKeyRefused' : 'ApiUnavailable';",
        "return 'AdminKeyRefused';",
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
  'whose-key-unread': {
    what: 'nobody reads which project a host says a key is of, so that a probe proves the configured one, though another one judged it',
    finds: 'unproven',
    seen: 95,
    edits: [
      edit(
        'domain/blocked/misplaced.ts',
        '(told) => told !== project)',
        '(told) => told !== project && false)',
      ),
    ],
  },
  'whose-key-for-itself': {
    what: "a client's key is of another project, which its own project's look has seen, and the other is cut under it",
    finds: 'lockout',
    seen: 71,
    edits: [
      edit(
        'domain/blocked/misplaced.ts',
        '[keyOf, ORGANIZATION].includes(scope)',
        'keyOf !== scope && [ORGANIZATION].includes(scope)',
      ),
    ],
  },
  'whose-key-of-whom-nobody-proves': {
    what: 'whose key it has is asked only of whoever proves a scope, and of nobody who has nothing to move to',
    finds: 'lockout',
    seen: 71,
    edits: [
      edit(
        'domain/blocked/at-stake.ts',
        'anchors.length > 0 && !lookedAt.has(name)',
        'anchors.length > 0 && !name',
      ),
    ],
  },
  'whose-key-in-the-overlap-alone': {
    what: 'before a cut nobody asks for those whose own scope has never been looked at',
    finds: 'lockout',
    seen: 921,
    edits: [edit('adapters/hosts/misplaced/ask-whose-keys.ts', 'isUrgent(plan) || hosts', 'hosts || hosts')],
  },
  'left-behind-and-waited-for': {
    what: 'an emergency waits in another project for a client that it may leave behind, since that one alone proves its own',
    finds: 'emergencyLate',
    seen: 1303,
    edits: [
      edit(
        'domain/blocked/at-stake.ts',
        '.leaveBehind.has(client.name)',
        '.leaveBehind.has(client.secret + 1)',
      ),
    ],
  },
};

import { edit, type SourceBug } from './source-bug.ts';

const ACTIVATE = 'activate.ts';
const PLAN = 'domain/planning/plan.ts';
const GUARD =
  '  await demandOwnWayIn(certificates, scope, { listed: before, cut: deactivate, now: clock() });\n';
const RENAMED = 'domain/succession/renamed.ts';
const TO_BE_LISTED = 'domain/own-listing/to-be-listed.ts';

/**
 * Bugs about what a plan says of held anchors (I5), and about projects that an emergency's plan has not
 * listed (I16). Also about the admin credential's own client certificate (F10), the API key beside a leaf,
 * and anchors that were renamed since (I11).
 */
export const inPlans: Readonly<Record<string, SourceBug>> = {
  'forgotten-hold-unsaid': {
    what: 'a plan says nothing of what is due, on hold, and all that lets a client in',
    finds: 'silent',
    seen: 14,
    edits: [edit(PLAN, '...heldAndDue(facts), ', '')],
  },
  'shut-out-untold': {
    what: 'a plan says nothing of who is outside by what has leaked, nor of a scope that asks for nothing since',
    finds: 'silent',
    seen: 75,
    edits: [edit(PLAN, '[...standing, ...shutOutTold(given, seenTo)]', '[...standing]')],
  },
  'shut-out-told-as-unready': {
    what: 'that a client is outside is said as what an emergency has said before, that it was not ready',
    finds: 'silent',
    seen: 929,
    edits: [edit('domain/memory/sightings.ts', "const OUTSIDE = ' outside';", "const OUTSIDE = '';")],
  },
  'shut-out-told-daily': {
    what: 'who is outside by what has leaked makes every run red',
    finds: 'repeated',
    seen: 75,
    edits: [edit('domain/blocked/shut-out.ts', 'shutOut === true || off === true;', 'false;')],
  },
  'shut-out-at-its-own-listing': {
    what: 'a project that was left to its own listing and has nothing to cut does not ask who hangs from that',
    finds: 'silent',
    seen: 32,
    edits: [edit(ACTIVATE, 'demandNobodyOutside(input.plan);', '')],
  },
  'own-listing-unseen': {
    what: 'a scope that was left to its own listing goes the way that was planned, whatever it lists',
    finds: 'unplanned',
    seen: 9,
    edits: [edit(ACTIVATE, '!retiresAny(input.plan, before)) return', 'before === null) return')],
  },
  'left-to-nobody': {
    what: 'a scope with nothing to cut does not ask whether old leaves were left to it',
    finds: 'unproven',
    seen: 9,
    edits: [edit(ACTIVATE, "? 'confirmation' : 'nothing'", "? 'nothing' : 'nothing'")],
  },
  'more-to-decide-unlisted': {
    what: 'an emergency lists no project for what is held, unread or unconfirmed there, or vouches for the key',
    finds: 'falseGreen',
    seen: 1920,
    edits: [edit(TO_BE_LISTED, "  if (hasMoreToDecide(facts)) return 'all';\n", '')],
  },
  'hanging-elsewhere-unlisted': {
    what: 'an emergency lists no project whose clients have leaves that lead to something else as well, or to nothing',
    finds: 'unproven',
    seen: 201,
    edits: [edit(TO_BE_LISTED, '    ...hangingElsewhere(pair, facts),\n', '')],
  },
  'own-way-in-unplanned': {
    what: 'a plan does not ask what the admin credential presents',
    finds: 'silent',
    seen: 2,
    edits: [
      edit(
        'domain/blocked/own-way-in.ts',
        'if (scope !== ORGANIZATION || !admin)',
        'if (scope !== scope + admin)',
      ),
    ],
  },
  'own-way-in-unguarded': {
    what: 'a cut does not ask what the admin credential presents by now',
    finds: 'lockout',
    seen: 115,
    edits: [edit('deactivate.ts', GUARD, '')],
  },
  'old-key-beside-the-next-leaf': {
    what: 'a plan does not ask whether what is staged was created before what its client calls with',
    finds: 'lockout',
    seen: 867,
    edits: [
      edit('adapters/secrets/read-clients.ts', '  if (change?.isOutdated) return [OUTDATED_IDENTITY];\n', ''),
    ],
  },
  'old-key-taken-back': {
    what: 'a promotion does not ask whether its client was given another API key since the plan',
    finds: 'lockout',
    seen: 790,
    edits: [
      edit(
        'adapters/secrets/pending-move.ts',
        'if (current && !mayTakeItsPlace(',
        'if (false && !mayTakeItsPlace(',
      ),
    ],
  },
  'renamed-is-another': {
    what: 'a successor that was begun is none any more once somebody has renamed it, or what retires',
    finds: 'emergencyLate',
    seen: 975,
    edits: [
      edit(
        RENAMED,
        'if (!isOfItsLine(anchor.anchorId)) return false;',
        'if (isOfItsLine !== null) return false;',
      ),
    ],
  },
  'renamed-and-unread': {
    what: 'a client that nobody can read is taken for none of an anchor that was renamed since it was seen',
    finds: 'lockout',
    seen: 1192,
    edits: [
      edit(
        'domain/planning/readiness/unplaced.ts',
        'known.some((one) => line.has(one) || !uploaded.has(one))',
        'known.some((one) => one === succession.authority || !uploaded.has(one))',
      ),
      edit(
        'domain/planning/readiness/unplaced.ts',
        'const { lastAnchors = [] } = client;',
        'const lastAnchors: string[] = [];',
      ),
    ],
  },
  'moved-back-since': {
    what: 'a promotion does not ask whether its client was given a newer leaf of the successor since the plan',
    finds: 'shortLived',
    seen: 242,
    edits: [edit('adapters/secrets/pending-move.ts', 'if (current && isPast(', 'if (false && isPast(')],
  },
};

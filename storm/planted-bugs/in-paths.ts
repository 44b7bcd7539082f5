import { edit, type SourceBug } from './source-bug.ts';

const LAST_WAY_IN = 'domain/planning/last-way-in.ts';
const LASTING = 'domain/planning/lasting.ts';
const PLAN = 'domain/planning/plan.ts';
/** Bugs about certificate paths, and about one neighbour's fault (I9, I17, I19). */
export const inPaths: Readonly<Record<string, SourceBug>> = {
  'placed-without-signature': {
    what: 'a leaf is placed by names and key identifiers, and nobody looks at the signature',
    finds: 'unfinished',
    seen: 213,
    edits: [
      edit(
        'adapters/x509/paths.ts',
        'certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)',
        'certificate.checkIssued(issuer)',
      ),
    ],
  },
  'unplaced-passed-over': {
    what: 'a client that nobody can place counts as not concerned',
    finds: 'lockout',
    seen: 7,
    edits: [edit(LAST_WAY_IN, 'const lost = unplaced(client);', 'const lost = null;')],
  },
  'whole-chain-judged': {
    what: 'what is wrong with a certificate that no path needs is wrong with the chain',
    finds: 'unfinished',
    seen: 53,
    edits: [
      edit(
        'adapters/x509/leaf.ts',
        '{ certificatesIn, strayMarker }',
        '{ certificatesIn, datesProblem, strayMarker }',
      ),
      edit(
        'adapters/x509/leaf.ts',
        '...leafProblems(leaf, now),',
        "...leafProblems(leaf, now), ...intermediates.flatMap((one) => datesProblem(one, 'an intermediate certificate', now)), ",
      ),
    ],
  },
  'moved-as-no-host-lets-it-in': {
    what: 'a client is moved on the listing alone to a leaf whose chain no host lets in',
    finds: 'lockout',
    seen: 16,
    edits: [
      edit(
        'adapters/secrets/read-clients.ts',
        "unprobed && stage === 'AWSPENDING'",
        'unprobed && stage !== stage',
      ),
    ],
  },
  'leaf-ends-in-the-soak': {
    what: 'a leaf is good enough when it is valid now',
    finds: 'shortLived',
    seen: 55,
    edits: [edit(LASTING, 'return (isSoaking ? soakEnds : now) + margin;', 'return now;')],
  },
  'margin-forgotten': {
    what: 'a leaf may end as soon as the soak is over',
    finds: 'shortLived',
    seen: 55,
    edits: [
      edit(LASTING, 'return (isSoaking ? soakEnds : now) + margin;', 'return isSoaking ? soakEnds : now;'),
    ],
  },
  'ended-path-holds': {
    what: 'a client whose intermediate has expired keeps the cut waiting as long as its leaf lasts',
    finds: 'unfinished',
    seen: 278,
    edits: [edit('domain/cut/over.ts', 'Math.min(endsAt, pathsEndedAt)', 'endsAt')],
  },
  'broken-secret-stops-all': {
    what: 'one secret that cannot be read fails the plan',
    finds: 'unfinished',
    seen: 10,
    edits: [edit('adapters/secrets/read-clients.ts', 'isOneOf(error, OWN_FAULTS)', 'isOneOf(error, [])')],
  },
  'absent-project-counts': {
    what: 'a client of a project that does not exist is waited for, and probed',
    finds: 'unfinished',
    seen: 541,
    edits: [
      edit(
        'adapters/facts/planning-facts.ts',
        'const { present, absent } = divideByProject(placed(clients, seen), inventory);',
        'const { present, absent } = { present: placed(clients, seen), absent: [] };',
      ),
    ],
  },
  'lost-hold-ignored': {
    what: 'a hold that names nothing holds up nothing',
    finds: 'held',
    seen: 79,
    edits: [edit('domain/planning/names.ts', '  return lost\n    ? ', '  return lost && false\n    ? ')],
  },
  'unread-upload-stops-all': {
    what: 'one upload whose certificate the API does not give fails every plan',
    finds: 'unfinished',
    seen: 405,
    edits: [
      edit(
        'adapters/facts/read-facts.ts',
        '(isMute || (isPatient && (!isUrgent || (mute.isNamed && !isLook))))',
        '(isMute || mute.isNamed || !isUrgent)',
      ),
    ],
  },
  'unread-key-stops-all': {
    what: 'nothing is activated while the key of something that was named cannot be read',
    finds: 'unfinished',
    seen: 527,
    edits: [
      edit(
        'adapters/openai/demand-trusted.ts',
        '(isOverdue && isUnavailable(error))',
        '(isOverdue && false)',
      ),
    ],
  },
  'stale-name-stops-all': {
    what: 'a policy that names a project which is not there fails the plan',
    finds: 'unfinished',
    seen: 22,
    edits: [
      edit(
        'domain/planning/names.ts',
        '  const elsewhere = namedProjects(facts)',
        "  if (facts.policy.canary.some((id) => !projects.has(id))) throw new WindlassError('UnknownProject', 'no such project');\n  const elsewhere = namedProjects(facts)",
      ),
    ],
  },
  'blocked-untold': {
    what: 'what is blocked is told only when nothing rotates, and of one anchor only',
    finds: 'falseGreen',
    seen: 3,
    edits: [edit(PLAN, '    blocked,\n    anyBlocked', '    blocked: blocked.slice(0, 1),\n    anyBlocked')],
  },
  'seen-in-another-version': {
    what: 'a client whose secret nobody can read is known by what another version of it held',
    finds: 'lockout',
    seen: 901,
    edits: [edit('domain/memory/seen.ts', 'false && isUnread;', 'false && isUnread && false;')],
  },
};

import type { ViolationKind } from '../../simulation/log/findings.ts';

/** Text of one file of the product, and what somebody wrote in its place. */
export type SourceEdit = { file: string; from: string; to: string };

/** A bug inside a function that no port reaches: planted while its file is loaded, and nowhere on disk. */
export type SourceBug = { what: string; finds: ViolationKind; seen: number; edits: readonly SourceEdit[] };

const [COMPROMISE, PLAN] = ['domain/planning/compromise.ts', 'domain/planning/plan.ts'];
const [TIMING, LAST_WAY_IN] = ['domain/planning/timing.ts', 'domain/planning/last-way-in.ts'];

const edit = (file: string, from: string, to: string): SourceEdit => ({ file: `lambdas/${file}`, from, to });

const byIdOnly = edit(
  COMPROMISE,
  'return ids.has(anchorId) || (digest !== undefined && keys.has(digest));',
  'return ids.has(anchorId);',
);

const inWaves = edit(
  'domain/planning/trust-after-cut.ts',
  'rotating.length > 0 && rotating.every(({ retiring }) => isCompromised(retiring.anchorId, facts));',
  'rotating.length < 0 && rotating.every(({ retiring }) => isCompromised(retiring.anchorId, facts));',
);

/** Bugs about keys and paths (I15, I9), and about neighbours (I17). */
export const inSource: Readonly<Record<string, SourceBug>> = {
  'compromise-by-id': {
    what: 'what is compromised is told by its id, and another anchor has the key',
    finds: 'leakedKeyAccepted',
    seen: 163,
    edits: [byIdOnly],
  },
  'twin-as-successor': {
    what: 'an anchor with the compromised key is chosen, and nobody looks again when it is activated',
    finds: 'compromised',
    seen: 6,
    edits: [
      byIdOnly,
      edit('adapters/openai/demand-trusted.ts', 'return (await all).has(', 'return new Set<string>().has('),
    ],
  },
  'vouching-passed-over': {
    what: 'nobody looks for an anchor that vouches for a compromised key',
    finds: 'falseGreen',
    seen: 125,
    edits: [edit(PLAN, '...vouchedFor(facts), ', '')],
  },
  'bundles-unread': {
    what: 'of an upload only the first certificate is looked at for a compromised key',
    finds: 'falseGreen',
    seen: 125,
    edits: [
      edit(COMPROMISE, 'new Set([...sent, ...uploaded.map(([anchorId]) => anchorId)])', 'new Set([...sent])'),
    ],
  },
  'remembered-with-the-lease': {
    what: 'what an emergency names is forgotten when it is told that another is at work',
    finds: 'forgotten',
    seen: 37,
    edits: [
      edit('plan.ts', '    await rememberNamed(ports, request);\n', ''),
      edit(
        'plan.ts',
        'if (!lease.held) return yieldTo(lease.by, looked, ports, input);\n',
        "if (!lease.held) return yieldTo(lease.by, looked, ports, input);\n  if (request.mode === 'emergency') await rememberNamed(ports, request);\n",
      ),
    ],
  },
  'left-behind-demanded': {
    what: 'the proof of a client that may be left behind is demanded all the same',
    finds: 'unfinished',
    seen: 121,
    edits: [
      edit(
        'domain/cut/excuse.ts',
        "excused === 'anything' ? !OF_THE_SCOPE",
        "excused === 'anything' ? OF_THE_SCOPE",
      ),
    ],
  },
  'silence-demanded': {
    what: 'a probe that says nothing halts a scope which an emergency may cut on the listing',
    finds: 'unfinished',
    seen: 485,
    edits: [edit('domain/cut/excuse.ts', "excused === 'silence' && SILENT", "excused === 'noise' && SILENT")],
  },
  'refused-request-honoured': {
    what: 'what a refused request asked to be allowed is honoured by the run that comes next',
    finds: 'unproven',
    seen: 63,
    edits: [
      edit('adapters/table/named.ts', 'askedNow(without(asked, refused))', 'askedNow(asked)'),
      edit('domain/memory/allowed.ts', 'return unknown.length === 0;', 'return unknown.length >= 0;'),
    ],
  },
  'left-to-the-soak': {
    what: 'what an emergency left, and can be cut by now, waits until another rotation has soaked',
    finds: 'emergencyLate',
    seen: 710,
    edits: [
      edit(
        'adapters/facts/look-around.ts',
        'if (!isUrgent) return { lease, looked };',
        'if (isUrgent || !isUrgent) return { lease, looked };',
      ),
    ],
  },
  'no-look-while-it-soaks': {
    what: 'a rotation begins its soak, and nobody looks before the daily sweep what an emergency has left',
    finds: 'emergencyLate',
    seen: 710,
    edits: [
      edit(
        'adapters/facts/look-around.ts',
        "if (isUrgent || plan.decision !== 'rotate' || !plan.leftAgainAt) return;",
        'if (isUrgent || plan.leftAgainAt || !plan.leftAgainAt) return;',
      ),
    ],
  },
  'failed-look-forgotten': {
    what: 'a run that could not look while another rotation soaks leaves what an emergency has left to the daily sweep',
    finds: 'emergencyLate',
    seen: 710,
    edits: [
      edit(
        'adapters/facts/look-around.ts',
        '...(isAnyNamed && { again }) };',
        '...(isAnyNamed && !again && { again }) };',
      ),
    ],
  },
  'look-disturbs-a-cut': {
    what: 'a run that sees what can be cut takes over from another that cuts it',
    finds: 'lease',
    seen: 356,
    edits: [edit('domain/memory/lease.ts', '(asking.isUrgent && !current.isUrgent)', 'asking.isUrgent')],
  },
  'compromised-has-every-run': {
    what: 'what is compromised and goes on failing has every run for three days, whatever expires meanwhile',
    finds: 'leftToExpire',
    seen: 18,
    edits: [
      edit(
        'domain/succession/resume.ts',
        'isOutside || others.some(({ retiring }) => retiring.expiresAt <= latest)',
        'isOutside',
      ),
    ],
  },
  'look-ends-a-cut': {
    what: 'a run that sees what can be cut takes over between the cut of another and its undo',
    finds: 'lease',
    seen: 705,
    edits: [
      edit(
        'adapters/facts/look-around.ts',
        'if (!(await isAtItsCut(ports.journal, lease, stale)))',
        'if (!(await isAtItsCut(ports.journal, lease, stale)) || isAnyNamed)',
      ),
    ],
  },
  'earlier-emergency-forgotten': {
    what: 'an emergency ends green beside what an earlier one named',
    finds: 'falseGreen',
    seen: 17,
    edits: [edit(PLAN, '[...found, ...leftToTheNext(facts, told)]', 'found')],
  },
  'placed-without-signature': {
    what: 'a leaf is placed by names and key identifiers, and nobody looks at the signature',
    finds: 'unfinished',
    seen: 213,
    edits: [edit('adapters/x509/paths.ts', ' && certificate.verify(issuer.publicKey)', '')],
  },
  'unplaced-passed-over': {
    what: 'a client that nobody can place counts as not concerned',
    finds: 'lockout',
    seen: 89,
    edits: [edit(LAST_WAY_IN, 'const lost = unplaced(client);', 'const lost = null;')],
  },
  'whole-chain-judged': {
    what: 'what is wrong with a certificate that no path needs is wrong with the chain',
    finds: 'unfinished',
    seen: 96,
    edits: [
      edit(
        'adapters/x509/leaf.ts',
        'problems: withMarker([...leafProblems(leaf, now), ',
        "problems: withMarker([...leafProblems(leaf, now), ...intermediates.flatMap((one) => datesProblem(one, 'an intermediate certificate', now)), ",
      ),
    ],
  },
  'leaf-ends-in-the-soak': {
    what: 'a leaf is good enough when it is valid now',
    finds: 'shortLived',
    seen: 49,
    edits: [edit(TIMING, 'return (isSoaking ? soakEnds : now) + margin;', 'return now;')],
  },
  'margin-forgotten': {
    what: 'a leaf may end as soon as the soak is over',
    finds: 'shortLived',
    seen: 49,
    edits: [
      edit(TIMING, 'return (isSoaking ? soakEnds : now) + margin;', 'return isSoaking ? soakEnds : now;'),
    ],
  },
  'proven-by-another-way-in': {
    what: 'a scope is called proven by a client that another anchor lets in as well',
    finds: 'unproven',
    seen: 3,
    edits: [
      edit(
        'domain/planning/scope-plans.ts',
        "const unprobed = policy.evidence === 'probe' && !isProven;",
        'const unprobed = isProven && false;',
      ),
    ],
  },
  'proven-by-its-issuer': {
    what: 'a leaf is taken for proof by the chain that it sends along, though another active anchor has issued it',
    finds: 'unproven',
    seen: 3,
    edits: [
      edit(
        'domain/planning/checks.ts',
        '(leadsTo(leaf, way.anchorId) || isUnread(way.anchorId)) &&',
        '(leadsTo(leaf, way.anchorId) || isUnread(way.anchorId)) && !leaf.issuers.includes(way.anchorId) &&',
      ),
    ],
  },
  'chain-tried-after-its-issuer': {
    what: 'a leaf is good enough by its chain, though an active anchor that has expired has issued it',
    finds: 'unproven',
    seen: 1173,
    edits: [
      edit('domain/planning/direct-path.ts', '!first || issuers.some(lets)', '!first || issuers.length > 0'),
    ],
  },
  'broken-secret-stops-all': {
    what: 'one secret that cannot be read fails the plan',
    finds: 'unfinished',
    seen: 10,
    edits: [
      edit('adapters/secrets/read-clients.ts', 'OWN_FAULTS.includes(error.name)', 'OWN_FAULTS.length < 0'),
    ],
  },
  'absent-project-counts': {
    what: 'a client of a project that does not exist is waited for, and probed',
    finds: 'unfinished',
    seen: 243,
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
    seen: 17,
    edits: [edit('domain/planning/names.ts', '  return lost\n    ? ', '  return lost && false\n    ? ')],
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
  'one-waits-for-all': {
    what: 'a succession waits as a whole until nothing holds up any of its cuts',
    finds: 'unfinished',
    seen: 1,
    edits: [
      edit(
        'domain/planning/progress.ts',
        'holds: held.holds, isProgress };',
        'holds: held.holds, isProgress: isProgress && held.holds.length === 0 };',
      ),
    ],
  },
  'blocked-untold': {
    what: 'what is blocked is told only when nothing rotates, and of one anchor only',
    finds: 'falseGreen',
    seen: 3,
    edits: [edit(PLAN, '    blocked,\n    anyBlocked', '    blocked: blocked.slice(0, 1),\n    anyBlocked')],
  },
  'at-once-for-everybody': {
    what: 'a rotation for an expiry goes everywhere at once',
    finds: 'order',
    seen: 1,
    edits: [
      edit(
        'domain/planning/trust-after-cut.ts',
        'rotating.length > 0 && rotating.every(({ retiring }) => isCompromised(retiring.anchorId, facts));',
        'rotating.length > 0 || rotating.every(({ retiring }) => isCompromised(retiring.anchorId, facts));',
      ),
    ],
  },
  'emergency-soaks': {
    what: 'an emergency goes wave by wave and soaks, as any rotation does',
    finds: 'soakTooLong',
    seen: 5,
    edits: [
      inWaves,
      edit(
        PLAN,
        'soakSeconds: chosen.every((one) => isCompromised(one.retiring.anchorId, facts)) ? 0 : policy.soak,',
        'soakSeconds: policy.soak,',
      ),
    ],
  },
  'emergency-in-waves': {
    what: 'an emergency goes wave by wave, so that one scope holds up the others',
    finds: 'emergencyLate',
    seen: 31,
    edits: [inWaves],
  },
  'old-leaf-left-to-nobody': {
    what: 'a confirmation leaves the old leaf to another scope without looking whether that is cut already',
    finds: 'unproven',
    seen: 24,
    edits: [
      edit(
        'adapters/table/cut-later.ts',
        '!isCut.has(otherScope(scope, project))',
        '(!isCut.has(scope) || project === scope)',
      ),
    ],
  },
  'late-moves-unseen': {
    what: 'nobody looks for a client that a late call has moved onto what an emergency has cut',
    finds: 'lockout',
    seen: 203,
    edits: [
      edit(
        'domain/cut/left-outside.ts',
        "if (request.mode === 'emergency') return",
        "if (request.mode !== 'manual') return",
      ),
    ],
  },
  'old-generation-as-witness': {
    what: 'a witness whose leaf is of the old generation is taken for one that is not concerned',
    finds: 'widened',
    seen: 165,
    edits: [
      edit(
        'domain/witnesses/concern.ts',
        'return missing === null ? [] : [{ witness, missing }];',
        'return missing !== null ? [] : [];',
      ),
    ],
  },
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
    seen: 5,
    edits: [
      edit(
        'domain/audit/reconcile.ts',
        'unknown: rest.filter(isKnownActor).map(say),',
        'unknown: rest.filter((one) => isKnownActor(one) && false).map(say),',
      ),
    ],
  },
  'soak-longer-than-a-look': {
    what: 'nobody looks at the audit log during a soak, and its end looks two days back',
    finds: 'unaudited',
    seen: 22,
    edits: [
      edit(
        'plan.ts',
        "if (mode !== 'emergency') await emitUnknownChanges",
        'if (ports === null) await emitUnknownChanges',
      ),
      edit(
        'adapters/table/audited.ts',
        'const from = Math.max(now - FURTHEST, ((await journal.lastLook()) ?? 0) - LATE);',
        'const from = now - LATE;',
      ),
    ],
  },
  'uploads-with-our-key-ignored': {
    what: 'an upload or a deletion that somebody made with our key is told to nobody',
    finds: 'unaudited',
    seen: 5,
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
    seen: 182,
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
    ],
  },
  'proven-and-left': {
    what: 'whom a scope has proven is not moved where the scope halts for another client',
    finds: 'leftToExpire',
    seen: 362,
    edits: [
      edit(
        'domain/cut/proven-in-overlap.ts',
        'return isWhole && isLast ? new Set',
        'return isWhole && !isLast ? new Set',
      ),
    ],
  },
  'moved-to-what-widens': {
    what: 'a client is moved to a successor that another scope has seen let in who has to stay out',
    finds: 'widened',
    seen: 557,
    edits: [
      edit(
        'domain/cut/proven-in-overlap.ts',
        '.some(({ successor }) => widened.has(successor))',
        '.some(({ successor }) => successor in widened)',
      ),
    ],
  },
  'halts-uncounted': {
    what: 'a wave is judged well though a scope of it has halted',
    finds: 'falseGreen',
    seen: 16,
    edits: [edit('domain/cut/wave-judgement.ts', 'anyHalted: true,', 'anyHalted: false,')],
  },
  'tolerated-in-silence': {
    what: 'scopes that halted and stopped no wave are named by nobody at the end',
    finds: 'falseGreen',
    seen: 463,
    edits: [
      edit(
        'judge.ts',
        'return judgeWave([...own], ended);',
        'return judgeWave([...own], ended, { tolerant: true });',
      ),
    ],
  },
  'unproven-cut': {
    what: 'a scope that was not proven in the overlap is cut after the soak that the others have served',
    finds: 'soak',
    seen: 488,
    edits: [edit('begin-scope.ts', "before?.verdict === 'proven'", "before?.verdict !== 'confirmed'")],
  },
  'unproven-promoted': {
    what: 'a client is moved though every scope that it reaches has halted',
    finds: 'unproven',
    seen: 811,
    edits: [
      edit('domain/cut/proven-in-overlap.ts', '&& (reached.length === 0 ||', '&& (reached.length >= 0 ||'),
    ],
  },
  'oauth-refusal-for-revocation': {
    what: "a token host's refusal of the old leaf is taken for proof that no host lets it in",
    finds: 'unproven',
    seen: 1,
    edits: [
      edit(
        'adapters/hosts/prove.ts',
        'demandRefused(await entrance.present(host, credential, now), subject);',
        'if (!exchanges) demandRefused(await entrance.present(host, credential, now), subject);',
      ),
    ],
  },
  'exchange-without-control': {
    what: 'nobody looks whether a token is given without a certificate, too',
    finds: 'unproven',
    seen: 1,
    edits: [
      edit(
        'adapters/hosts/entrance.ts',
        '      exchangeOf({ identityProviderId, serviceAccountId }),',
        "      { kind: 'refused' as const, code: [identityProviderId, serviceAccountId].join() },",
      ),
    ],
  },
  'taken-back-tried-again': {
    what: 'a sweep activates again what was taken back, though nobody has repaired its filter',
    finds: 'activatedAgain',
    seen: 3,
    edits: [
      edit(
        'domain/succession/pairing.ts',
        "if (request.mode !== 'scheduled' ||",
        "if (request.mode !== 'manual' ||",
      ),
    ],
  },
  'held-stops-waves': {
    what: 'what the overlap has held counts again in the cut, and stops the waves after it',
    finds: 'heldBack',
    seen: 70,
    edits: [edit('judge.ts', "tolerant && phase === 'cut'", "tolerant && phase === 'overlap'")],
  },
  'takes-over-for-a-typo': {
    what: 'an emergency that names what is not there ends the rotation that runs, and is refused then',
    finds: 'heldBack',
    seen: 30,
    edits: [
      edit('adapters/facts/checked-names.ts', '  if (!organization) return;', '  if (organization) return;'),
    ],
  },
  'one-keeps-all': {
    what: 'nobody is moved where the leaf of one client has changed since the proof',
    finds: 'heldBack',
    seen: 797,
    edits: [edit('adapters/secrets/each-client.ts', '    kept.set(client, error);', '    throw error;')],
  },
  'shard-left-out': {
    what: 'a few clients of a scope that is gone through shard by shard belong to none',
    finds: 'unproven',
    seen: 27,
    edits: [edit('domain/cut/shards.ts', 'hashOf(client) % shard.of', 'hashOf(client) % (shard.of + 1)')],
  },
  'shard-halt-forgotten': {
    what: 'a scope goes on though one of its shards has halted',
    finds: 'unproven',
    seen: 31,
    edits: [edit('domain/cut/shards.ts', 'if (halts.length === 0) return', 'if (well.length > 0) return')],
  },
  'first-shard-only': {
    what: 'of a scope that is gone through shard by shard, only the first shard is',
    finds: 'unproven',
    seen: 1,
    edits: [edit('domain/cut/shards.ts', 'Array.from({ length: of }', 'Array.from({ length: 1 }')],
  },
  'first-shard-confirmed': {
    what: 'after the cut only the first shard of a scope is asked whether its clients get in',
    finds: 'unproven',
    seen: 1,
    edits: [edit('confirm.ts', "evidence === 'probe'\n", "evidence === 'probe' && !shard?.at\n")],
  },
  'shard-looked-at-long-ago': {
    what: 'a cut rests on the look at one shard, though that at another came after an outage',
    finds: 'unproven',
    seen: 92,
    edits: [edit('verify.ts', 'const LASTS = 300;', 'const LASTS = 300_000;')],
  },
  'stragglers-by-identifier': {
    what: 'who was moved onto what is cut is told by identifiers, which an anchor need not have',
    finds: 'lockout',
    seen: 411,
    edits: [
      edit(
        'adapters/x509/issuer.ts',
        'isNamed(certificate, subject) && certificate.verify(publicKey)',
        'isNamed(certificate, subject) && extensionsOf(certificate).authorityKeyId === key',
      ),
    ],
  },
};

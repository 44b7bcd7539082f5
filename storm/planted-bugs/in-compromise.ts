import { edit, type SourceBug } from './source-bug.ts';

const PLAN = 'domain/planning/plan.ts';
const COMPROMISE = 'domain/planning/compromise.ts';
const VOUCHING = 'domain/blocked/vouching.ts';
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

/** Bugs about compromised keys, anchors that vouch for them, and emergencies (I6, I15, I16). */
export const inCompromise: Readonly<Record<string, SourceBug>> = {
  'compromise-by-id': {
    what: 'what is compromised is told by its id, and another anchor has the key',
    finds: 'leakedKeyAccepted',
    seen: 163,
    edits: [byIdOnly],
  },
  'twin-as-successor': {
    what: 'an anchor with the compromised key is chosen, and nobody looks again when it is activated',
    finds: 'compromised',
    seen: 68,
    edits: [
      byIdOnly,
      edit('adapters/openai/demand-trusted.ts', 'return compromised.has(', 'return new Set<string>().has('),
    ],
  },
  'vouching-passed-over': {
    what: 'nobody looks for an anchor that vouches for a compromised key',
    finds: 'falseGreen',
    seen: 199,
    edits: [edit(PLAN, '...vouchedFor(facts, rotating), ', '')],
  },
  'unanswered-until-the-sweep': {
    what: 'an upload that may have a leaked key waits for the sweep where the API had no answer for its certificate',
    finds: 'unwatched',
    seen: 548,
    edits: [
      edit(
        PLAN,
        'const isUnseen = unseen.length > 0 || isAnyKeyUnanswered(facts);',
        'const isUnseen = unseen.length > 0;',
      ),
    ],
  },
  'leaked-issuer-followed': {
    what: 'the choice of a successor does not ask whether it has certified a CA whose key was named',
    finds: 'compromised',
    seen: 5,
    edits: [
      edit(
        'domain/succession/fitness.ts',
        'if (isCertifyingLeaked(anchor.anchorId, facts))',
        "if (isCertifyingLeaked('', facts))",
      ),
    ],
  },
  'leaked-issuer-unsaid': {
    what: 'the keys of CAs that an emergency names count for nothing',
    finds: 'leakedKeyAccepted',
    seen: 1695,
    edits: [
      edit(COMPROMISE, 'keys?.get(id)?.digest ?? digestInId(id) ?? []', 'keys?.get(id)?.digest ?? []'),
      edit(
        COMPROMISE,
        'named.flatMap(({ keyDigest }) => keyDigest ?? [])',
        'named.flatMap(({ anchorId, keyDigest }) => (digestInId(anchorId) ? [] : (keyDigest ?? [])))',
      ),
      edit(VOUCHING, 'digestInId(id) ?? []', '[]'),
    ],
  },
  'certifier-by-id': {
    what: 'what has certified a CA whose key was named is told by its id, and another anchor has the key',
    finds: 'compromised',
    seen: 567,
    edits: [edit(VOUCHING, '(signing.has(digest) ? id : [])', '(signing.has(digest) ? [] : [])')],
  },
  'root-in-a-bundle-condemned': {
    what: 'nobody looks whether a key that is named as a CA’s is that of an uploaded anchor',
    finds: 'unfinished',
    seen: 149,
    edits: [
      edit(
        'adapters/facts/keys-of-uploads.ts',
        'if (wrong.length === 0) return;',
        'if (wrong.length >= 0) return;',
      ),
    ],
  },
  'refused-key-remembered': {
    what: 'the key of an uploaded anchor stays compromised, though the request that named it so was refused',
    finds: 'unfinished',
    seen: 415,
    edits: [
      edit(
        'adapters/facts/keys-of-uploads.ts',
        'named.filter((one) => ids.has(one.anchorId) && isNew(one))',
        'named.filter((one) => !ids.has(one.anchorId) && isNew(one))',
      ),
    ],
  },
  'bundles-unread': {
    what: 'of an upload only the first certificate is looked at for a compromised key',
    finds: 'falseGreen',
    seen: 445,
    edits: [
      edit(VOUCHING, 'new Set([...sent, ...uploaded.map(([anchorId]) => anchorId)])', 'new Set([...sent])'),
    ],
  },
  'remembered-with-the-lease': {
    what: 'what an emergency names is forgotten when it is told that another is at work',
    finds: 'forgotten',
    seen: 37,
    edits: [
      edit('plan.ts', '    await rememberNamed(ports, request, execution);\n', ''),
      edit(
        'plan.ts',
        'if (!lease.held) return yieldTo(lease.by, looked, ports, input);\n',
        "if (!lease.held) return yieldTo(lease.by, looked, ports, input);\n  if (request.mode === 'emergency') await rememberNamed(ports, request, execution);\n",
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
    seen: 121,
    edits: [edit('domain/cut/excuse.ts', "excused === 'silence' && SILENT", "excused === 'noise' && SILENT")],
  },
  'refused-request-honoured': {
    what: 'what a refused request asked to be allowed is honoured by the run that comes next',
    finds: 'lockout',
    seen: 1275,
    edits: [
      edit('adapters/table/named/forget-refused.ts', 'without(asked, refused)', 'without(asked, [])'),
      edit('domain/memory/allowed.ts', 'return unknown.length === 0;', 'return unknown.length >= 0;'),
    ],
  },
  'earlier-emergency-forgotten': {
    what: 'an emergency ends green beside what an earlier one named',
    finds: 'falseGreen',
    seen: 18,
    edits: [edit(PLAN, '[...found, ...leftToTheNext(facts, told)]', 'found')],
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
    seen: 9,
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
    seen: 244,
    edits: [inWaves],
  },
  'old-leaf-left-to-nobody': {
    what: 'a confirmation leaves the old leaf to another scope without looking whether that is cut already',
    finds: 'unproven',
    seen: 24,
    edits: [
      edit(
        'adapters/table/judged-elsewhere.ts',
        '!isShut(check)',
        '(!isCut.has(scope) || check.project === scope)',
      ),
    ],
  },
  'late-moves-unseen': {
    what: 'nobody looks for a client that a late call has moved onto what an emergency has cut',
    finds: 'lockout',
    seen: 285,
    edits: [
      edit(
        'domain/blocked/left-outside.ts',
        "if (request.mode === 'emergency') return",
        "if (request.mode !== 'manual') return",
      ),
    ],
  },
  'takes-over-for-a-typo': {
    what: 'an emergency that names what is not there ends the rotation that runs, and is refused then',
    finds: 'heldBack',
    seen: 356,
    edits: [
      edit('adapters/facts/checked-names.ts', '  if (!organization) return;', '  if (organization) return;'),
    ],
  },
  'typo-unsaid': {
    what: 'nobody is told that an emergency, whose Plan was never run, has named what does not exist',
    finds: 'silent',
    seen: 110,
    edits: [
      edit(
        'domain/planning/plan.ts',
        '...dueButUnlisted(facts), ...unheardOf(facts)]',
        '...dueButUnlisted(facts)]',
      ),
    ],
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
  'retracted-and-cut': {
    what: 'a cut does not ask whether a person has taken back what it is for',
    finds: 'soak',
    seen: 88,
    edits: [edit('adapters/openai/before-the-cut/left-active.ts', '...retracted, ', '')],
  },
  'named-anew': {
    what: 'each attempt of a plan names what its emergency names, whoever has taken it back',
    finds: 'namedAnew',
    seen: 17,
    edits: [
      edit(
        'adapters/table/named/remember-named.ts',
        "  if (lines.some(({ event }) => event !== 'ended')) return;\n",
        '',
      ),
    ],
  },
};

import { edit, type SourceBug } from './source-bug.ts';

/** Bugs about proofs, the clients that they move, and the cuts that they permit (I1, I8, F16, F17). */
export const inProofs: Readonly<Record<string, SourceBug>> = {
  'proven-by-another-way-in': {
    what: 'a scope is called proven by a client that another anchor lets in as well',
    finds: 'unproven',
    seen: 3,
    edits: [
      edit(
        'domain/planning/scope-plans.ts',
        "const isByListing = policy.evidence === 'probe' && !isProven;",
        'const isByListing = isProven && false;',
      ),
    ],
  },
  'left-by-a-stopped-run': {
    what: 'an undo takes back what its own run has activated, and nothing of a run that was stopped before its own undo',
    finds: 'widened',
    seen: 1296,
    edits: [
      edit(
        'adapters/undo/take-back.ts',
        '[...own, ...(await activatedBefore({ journal, clock, trail })(input.plan, own))]',
        '[...own]',
      ),
      edit(
        'adapters/undo/take-back-everywhere.ts',
        '[...begun, ...(await before({ ...scopePlan, successions }, new Set(begun)))]',
        '[...begun]',
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
  'left-to-an-unseen-filter': {
    what: 'nobody looks after a cut whether a client that keeps its leaf gets in by what it was left to',
    finds: 'unproven',
    seen: 1088,
    edits: [
      edit(
        'domain/witnesses/looked-at-again.ts',
        "runningAt('cut', plan).filter(({ client }) => !outside.includes(client));",
        "runningAt('cut', plan).filter(({ client }) => client === '' && outside.includes(client));",
      ),
    ],
  },
  'cut-again-for-the-same-leaf': {
    what: 'a cut that was put back for a client is made again for the same leaf, after each soak',
    finds: 'lockout',
    seen: 171,
    edits: [
      edit(
        'adapters/undo/remember-turned-away.ts',
        'if (!TURNING_AWAY.includes(input.halt.Error) || back.length === 0) return;',
        'if (input.halt) return;',
      ),
    ],
  },
  'chain-tried-after-its-issuer': {
    what: 'a leaf is good enough by its chain, though an active anchor that has expired has issued it',
    finds: 'unproven',
    seen: 1209,
    edits: [
      edit('domain/planning/direct-path.ts', '!first || issuers.some(lets)', '!first || issuers.length > 0'),
    ],
  },
  'witness-let-off-in-an-emergency': {
    what: 'an emergency goes on where a witness was seen to get in, as where one says nothing',
    finds: 'widened',
    seen: 557,
    edits: [
      edit(
        'adapters/hosts/keep-out.ts',
        "!isUrgent || Object(error).name === 'TrustWidened'",
        "!isUrgent || Object(error).name === ''",
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
  'proven-and-left': {
    what: 'whom a scope has proven is not moved where the scope halts for another client',
    finds: 'leftToExpire',
    seen: 249,
    edits: [
      edit(
        'domain/overlap/overlap.ts',
        'return isWhole && isLast ? new Set(own',
        'return isWhole && !isLast ? new Set(own',
      ),
    ],
  },
  'moved-to-what-widens': {
    what: 'a client is moved to a successor that another scope has seen let in who has to stay out',
    finds: 'widened',
    seen: 789,
    edits: [
      edit(
        'domain/overlap/proven-in-overlap.ts',
        '.some(({ successor }) => widened.has(successor))',
        '.some(({ successor }) => successor in widened)',
      ),
    ],
  },
  'halts-uncounted': {
    what: 'a wave is judged well though a scope of it has halted',
    finds: 'falseGreen',
    seen: 6,
    edits: [edit('domain/cut/wave-judgement.ts', 'anyHalted: true,', 'anyHalted: false,')],
  },
  'tolerated-in-silence': {
    what: 'scopes that halted and stopped no wave are named by nobody at the end',
    finds: 'falseGreen',
    seen: 13,
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
    seen: 736,
    edits: [edit('begin-scope.ts', "before?.verdict === 'proven'", "before?.verdict !== 'confirmed'")],
  },
  'unproven-promoted': {
    what: 'a client is moved though every scope that it reaches has halted',
    finds: 'unproven',
    seen: 302,
    edits: [
      edit(
        'domain/overlap/proven-in-overlap.ts',
        '&& (reached.length === 0 ||',
        '&& (reached.length >= 0 ||',
      ),
    ],
  },
  'oauth-refusal-for-revocation': {
    what: "a token host's refusal of the old leaf is taken for proof that no host lets it in",
    finds: 'unproven',
    seen: 3,
    edits: [
      edit(
        'adapters/hosts/prove.ts',
        'demandRefusedHere(await entrance.present(host, credential, now), check, subject);',
        'if (!exchanges) demandRefusedHere(await entrance.present(host, credential, now), check, subject);',
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
    seen: 115,
    edits: [
      edit(
        'domain/succession/pairing.ts',
        "if (request.mode !== 'scheduled' ||",
        "if (request.mode !== 'manual' ||",
      ),
    ],
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
    seen: 9,
    edits: [edit('domain/cut/shards.ts', 'Array.from({ length: of }', 'Array.from({ length: 1 }')],
  },
  'first-shard-confirmed': {
    what: 'after the cut only the first shard of a scope is asked whether its clients get in',
    finds: 'unproven',
    seen: 9,
    edits: [edit('confirm.ts', "evidence === 'probe'\n", "evidence === 'probe' && !shard?.at\n")],
  },
  'shard-looked-at-long-ago': {
    what: 'a cut rests on the look at one shard, though that at another came after an outage',
    finds: 'unproven',
    seen: 340,
    edits: [edit('adapters/shards/verified-by-all.ts', 'const LASTS = 300;', 'const LASTS = 300_000;')],
  },
  'known-by-its-leaf-alone': {
    what: 'a leaf goes for the one that the plan saw, whatever chain comes with it',
    finds: 'lockout',
    seen: 5,
    edits: [
      edit(
        'adapters/secrets/held-leaf.ts',
        '(chain === undefined || chainDigestOf(certificateChain) === chain)',
        '(chain === undefined || chainDigestOf(certificateChain) !== null)',
      ),
    ],
  },
};

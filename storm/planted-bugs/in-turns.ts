import { edit, type SourceBug } from './source-bug.ts';

/** Bugs about runs that meet, looks, turns and soaks (I11, I12, I16, I17). */
export const inTurns: Readonly<Record<string, SourceBug>> = {
  'given-up-for-the-stuck': {
    what: 'one anchor that the API does not toggle keeps all others of its call as they are',
    finds: 'heldBack',
    seen: 181,
    edits: [
      edit(
        'adapters/openai/toggle-each.ts',
        '!REFUSED.includes(error.name)) throw error;',
        'REFUSED.includes(error.name)) throw error;',
      ),
    ],
  },
  'dead-left-to-the-sweep': {
    what: 'a run that is ended from outside leaves its open cut, or what is compromised, to the daily sweep',
    finds: 'schedule',
    seen: 2,
    edits: [edit('adapters/table/after-death.ts', 'if (!again || ', 'if (again || !again || ')],
  },
  'tried-no-more': {
    what: 'a run that another has set a time for, and that never gets a plan, leaves what it came for to the daily sweep',
    finds: 'schedule',
    seen: 169,
    edits: [
      edit(
        'domain/next-run/after-a-halt.ts',
        'isOverBeforeTheSweep(plan, now) : isExpected;',
        'isOverBeforeTheSweep(plan, now) : false;',
      ),
    ],
  },
  'dead-look-fails': {
    what: 'the look after a run that was ended from outside fails each time',
    finds: 'schedule',
    seen: 2,
    edits: [
      edit(
        'adapters/table/after-death.ts',
        'await nextRotation.set(again.at, again.told);',
        "throw new TypeError('the schedule has no name');",
      ),
    ],
  },
  'deployment-unheard': {
    what: 'a cut goes by the clients that were configured when its plan was made, whoever has been named since',
    finds: 'lockout',
    seen: 464,
    edits: [edit('deactivate.ts', 'demandConfigured(input.plan, ports.configured);', '')],
  },
  'soak-of-what-is-back': {
    what: 'what somebody has activated again after its cut is cut once more for the soak that it has served before',
    finds: 'soak',
    seen: 23,
    edits: [
      edit('adapters/facts/activated-again.ts', "event === 'deactivating' &&", "event === 'undoing' &&"),
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
  'left-to-outlast-it': {
    what: 'what is ready and expires before another rotation has soaked waits for that soak',
    finds: 'leftToExpire',
    seen: 85,
    edits: [
      edit(
        'adapters/facts/look-at-what-is-due.ts',
        'isRotated && other?.isSoaking',
        'isRotated && other === null',
      ),
    ],
  },
  'no-look-while-it-soaks': {
    what: 'a rotation begins its soak, and nobody looks before the daily sweep what an emergency has left',
    finds: 'emergencyLate',
    seen: 710,
    edits: [
      edit(
        'adapters/facts/those-to-come.ts',
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
        'adapters/facts/look-at-what-is-due.ts',
        '...(isAnyNamed && { again }) };',
        '...(isAnyNamed && !again && { again }) };',
      ),
    ],
  },
  'look-disturbs-a-cut': {
    what: 'a run that sees what can be cut takes over from another that cuts it',
    finds: 'lease',
    seen: 356,
    edits: [edit('domain/memory/lease.ts', '(isSeen && !current.isUrgent)', 'isSeen')],
  },
  'new-one-taken-for-dead': {
    what: 'an execution that is too new for Step Functions to show is taken for one that has ended',
    finds: 'lease',
    seen: 37,
    edits: [edit('adapters/table/lease.ts', 'asked - SHOWN', 'asked')],
  },
  'compromised-has-every-run': {
    what: 'what is compromised and goes on failing has every run for three days, whatever expires meanwhile',
    finds: 'leftToExpire',
    seen: 106,
    edits: [
      edit(
        'domain/succession/choose.ts',
        '!isOutside && !ready.some((one) => isPressed(one, facts))',
        '!isOutside',
      ),
    ],
  },
  'look-ends-a-cut': {
    what: 'a run that sees what can be cut takes over between the cut of another and its undo',
    finds: 'lease',
    seen: 27,
    edits: [
      edit(
        'adapters/facts/look-at-what-is-due.ts',
        'const isBetween = (await isAtACut()) &&',
        'const isBetween = (await isAtACut()) && !isAnyNamed &&',
      ),
    ],
  },
  'soak-longer-than-a-look': {
    what: 'nobody looks at the audit log during a soak, and its end looks two days back',
    finds: 'unaudited',
    seen: 44,
    edits: [
      edit(
        'adapters/facts/yield-to.ts',
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
  'one-waits-for-all': {
    what: 'a succession waits as a whole until nothing holds up any of its cuts',
    finds: 'unfinished',
    seen: 12,
    edits: [
      edit(
        'domain/planning/progress.ts',
        'holds: held.holds, isProgress };',
        'holds: held.holds, isProgress: isProgress && held.holds.length === 0 };',
      ),
    ],
  },
  'held-stops-waves': {
    what: 'what the overlap has held counts again in the cut, and stops the waves after it',
    finds: 'heldBack',
    seen: 70,
    edits: [edit('judge.ts', "tolerant && phase === 'cut'", "tolerant && phase === 'overlap'")],
  },
  'one-keeps-all': {
    what: 'nobody is moved where the leaf of one client has changed since the proof',
    finds: 'heldBack',
    seen: 366,
    edits: [edit('adapters/secrets/each-client.ts', '    kept.set(client, error);', '    throw error;')],
  },
  'confirmed-beside-who-is-back': {
    what: 'a cut is confirmed by one client, though another has gone back to what was cut and gets in by nothing',
    finds: 'falseGreen',
    seen: 230,
    edits: [edit('domain/cut/guards/activation.ts', 'cutBefore &&', '!cutBefore && cutBefore &&')],
  },
  'stopped-on-its-way-to-a-cut': {
    what: 'after `windlass stop` no run follows that comes for the cut for which the stopped run had come',
    finds: 'schedule',
    seen: 230,
    edits: [
      edit(
        'adapters/table/after-death.ts',
        'if (hasPlan ? !(await isAnyCutLeft(ports, execution))',
        'if (hasPlan ? true || !(await isAnyCutLeft(ports, execution))',
      ),
    ],
  },
};

import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import type { Plant } from '../simulate-seed.ts';
import { instead, otherPlan, otherPorts, type PlantedBug, real, unproven } from './planting.ts';

/** A journal that records something else, or nothing. */
const otherLines = (change: (entry: JournalEntry) => JournalEntry | null): Plant =>
  otherPorts('all', ({ journal }) => ({
    journal: {
      ...journal,
      record: async (entry) => {
        const changed = change(entry);
        if (changed) await journal.record(changed);
      },
    },
  }));

const unrecorded = (...events: JournalEntry['event'][]): Plant =>
  otherLines((entry) => (events.includes(entry.event) ? null : entry));

/** Bugs that lock no client out, but break a promise about time, proof or the journal. */
export const aboutPromises: Readonly<Record<string, PlantedBug>> = {
  'soaks-forgotten': {
    what: 'no run knows of a soak that an earlier one began',
    finds: 'soakedTwice',
    seen: 15,
    make: () => otherPorts('all', ({ journal }) => ({ journal: { ...journal, soaks: async () => [] } })),
  },
  'served-soaks-mixed-with-new': {
    what: 'what has served its soak is planned together with what has not',
    finds: 'soakedTwice',
    seen: 506,
    make: () => otherPorts(['plan'], ({ journal }) => ({ journal: { ...journal, soaks: async () => [] } })),
  },
  'plan-forgets-cuts': {
    what: 'no run takes up a cut that an earlier one left unconfirmed',
    finds: 'unfinished',
    seen: 394,
    make: () => otherPorts(['plan'], ({ journal }) => ({ journal: { ...journal, cuts: async () => [] } })),
  },
  'soak-past-the-margin': {
    what: 'the soak does not end before the retiring anchor expires',
    finds: 'soakTooLong',
    seen: 12,
    make: () =>
      otherPlan(({ successions }) => ({
        successions: successions.map((one) => ({ ...one, retiringExpiresAt: '2999-01-01T00:00:00.000Z' })),
      })),
  },
  'no-restore': {
    what: 'after a halt nobody looks whether the promoted leaves get in',
    finds: 'outside',
    seen: 240,
    make: () =>
      instead('restore', (ports, input) =>
        real('restore')(ports, { ...input, plan: { ...input.plan, evidence: 'listing' } }),
      ),
  },
  'undo-unproven': {
    what: 'an undo counts as proven without a probe',
    finds: 'unproven',
    seen: 2,
    make: () => unproven('afterUndo'),
  },
  'revocation-unproven': {
    what: 'after the cut nobody looks whether the old leaf is turned away',
    finds: 'unproven',
    seen: 604,
    make: () =>
      instead('confirm', (ports, input) => {
        const { checks, ...plan } = input.plan as ScopePlan;
        const blind = checks.map(({ retiringLeaf: _, ...check }) => check);
        return real('confirm')(ports, { ...input, plan: { ...plan, checks: blind } });
      }),
  },
  'schedule-without-lease': {
    what: 'a rotation that has been taken over moves the schedule all the same',
    finds: 'lease',
    seen: 1,
    make: () =>
      otherPorts(['schedule-next'], ({ leases }) => ({ leases: { ...leases, demand: async () => {} } })),
  },
  'no-look-after-an-emergency': {
    what: 'an emergency sets no clock: what a call of the run it took over from does late is left to the daily sweep',
    finds: 'unwatched',
    seen: 843,
    make: () =>
      otherPorts(['schedule-next', 'release'], ({ nextRotation }, input) => {
        const isEmergency = Object(Object(input).plan).mode === 'emergency';
        return isEmergency ? { nextRotation: { ...nextRotation, set: async () => {} } } : {};
      }),
  },
  'schedule-never-set': {
    what: 'the next rotation is left to the daily sweep',
    finds: 'schedule',
    seen: 1,
    make: () =>
      otherPorts(['schedule-next'], ({ nextRotation }) => ({
        nextRotation: { ...nextRotation, set: async () => {} },
      })),
  },
  'no-before-and-after': {
    what: 'the trail does not say what a change has changed',
    finds: 'journal',
    seen: 1,
    make: () =>
      otherLines((entry) => {
        const { before: _, after: __, ...detail } = entry.detail;
        return { ...entry, detail };
      }),
  },
  'plans-unrecorded': {
    what: 'the trail does not say what a run set out to do',
    finds: 'journal',
    seen: 1,
    make: () => unrecorded('planned'),
  },
  'verdicts-unrecorded': {
    what: 'the trail holds changes, and nothing of what was proven',
    finds: 'journal',
    seen: 1,
    make: () => unrecorded('verified', 'promoted', 'confirmed'),
  },
  'halts-without-who': {
    what: 'the trail does not say who asked for a run whose plan failed',
    finds: 'journal',
    seen: 2,
    make: () => instead('release', (ports, { request: _, ...input }) => real('release')(ports, input)),
  },
  'organization-first': {
    what: 'the waves go the other way round: everybody is the canary',
    finds: 'order',
    seen: 1,
    make: () => otherPlan(({ waves }) => ({ waves: waves.toReversed() })),
  },
  'outcome-unrecorded': {
    what: 'the trail does not say how a run ended',
    finds: 'journal',
    seen: 1,
    make: () => unrecorded('ended'),
  },
};

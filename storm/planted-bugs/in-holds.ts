import { edit, type SourceBug } from './source-bug.ts';

/** Bugs about anchors that policy holds (I5). */
export const inHolds: Readonly<Record<string, SourceBug>> = {
  'forgotten-hold-unsaid': {
    what: 'a plan says nothing of what is due, on hold, and all that lets a client in',
    finds: 'silent',
    seen: 7,
    edits: [edit('domain/planning/plan.ts', '...heldAndDue(facts), ', '')],
  },
};

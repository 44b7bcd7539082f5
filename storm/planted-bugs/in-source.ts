import { inAnswers } from './in-answers.ts';
import { inCompromise } from './in-compromise.ts';
import { inLateHosts } from './in-late-hosts.ts';
import { inPaths } from './in-paths.ts';
import { inPlans } from './in-plans.ts';
import { inProofs } from './in-proofs.ts';
import { inTurns } from './in-turns.ts';
import type { SourceBug } from './source-bug.ts';

export type { SourceBug, SourceEdit } from './source-bug.ts';

/** Every bug inside a function that no port reaches. */
export const inSource: Readonly<Record<string, SourceBug>> = {
  ...inCompromise,
  ...inTurns,
  ...inPaths,
  ...inProofs,
  ...inLateHosts,
  ...inAnswers,
  ...inPlans,
};

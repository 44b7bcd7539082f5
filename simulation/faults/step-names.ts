import type { Step } from '../../lib/bundle.ts';

/** Every step by name, without loading what bundles them. */
export const stepNames = Object.keys({
  plan: true,
  activate: true,
  verify: true,
  promote: true,
  deactivate: true,
  confirm: true,
  undo: true,
  restore: true,
  'schedule-next': true,
  release: true,
} satisfies Record<Step, true>) as [Step, ...Step[]];

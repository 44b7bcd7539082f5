import { steps as stepNames } from '../../lib/steps.ts';

/** The words of the sentence that a rotation is, in order, as the progress shows them (DESIGN section 5). */
export const sentence = [
  'plan',
  'activate',
  'verify',
  'promote',
  'soak',
  'deactivate',
  'confirm',
  'schedule next',
] as const;

export type Word = (typeof sentence)[number];

/**
 * The word that each step belongs to. Null for steps that a normal rotation does not show, or that only end
 * one.
 */
const WORDS: Record<(typeof stepNames)[number], Word | null> = {
  plan: 'plan',
  'open-wave': null,
  'begin-scope': null,
  activate: 'activate',
  verify: 'verify',
  promote: 'promote',
  'promote-scope': 'promote',
  deactivate: 'deactivate',
  confirm: 'confirm',
  'conclude-scope': null,
  judge: null,
  undo: null,
  restore: null,
  'schedule-next': 'schedule next',
  release: null,
};

/**
 * The word that a state or step belongs to, by how its name begins (`Activate new anchors`). Null for states
 * that only lead to others.
 */
export function wordOf(name: string): Word | null {
  const spoken = spokenOf(name);
  if (spoken.startsWith('soak')) return 'soak';
  // In these two states each scope goes the whole way in an execution of its own.
  if (/^(every scope by itself|at once)$/.test(spoken)) return 'deactivate';
  const step = stepNames.find((step) => spoken.startsWith(spokenOf(step)));
  return step ? WORDS[step] : null;
}

const spokenOf = (name: string): string => name.trim().replaceAll('-', ' ').toLowerCase();

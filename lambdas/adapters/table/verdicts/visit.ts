import type { Phase } from '../../../domain/manifest.ts';
import { runOf } from '../../../domain/memory/audit.ts';

/** One visit of a run to a scope: the execution, and the phase. */
export type Visit = { execution: { id: string; startedAt: string }; phase: Phase; scope: string };

/** The scopes of one phase of a run. */
export type PhaseOfRun = Omit<Visit, 'scope'>;

/** Returns how the keys of a phase's items begin. A scope follows. */
export const prefixOf = ({ execution, phase }: PhaseOfRun) => `${runOf(execution)}#${phase}#`;

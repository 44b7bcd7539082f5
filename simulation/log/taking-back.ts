/** The halts after which Undo takes successors back: a witness got in, or a client was turned away (F16). */
const TAKEN_BACK_AFTER: ReadonlySet<unknown> = new Set(['TrustWidened', 'SuccessorRefused']);

/** Whether an Undo that was asked for after this halt may deactivate a successor. */
export const takesBackAfter = (halt: unknown): boolean => TAKEN_BACK_AFTER.has(halt);

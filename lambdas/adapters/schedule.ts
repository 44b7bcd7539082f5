/** The one-time schedule that starts the next rotation. */
export interface NextRotation {
  /** Sets, or moves, the schedule to an ISO 8601 instant. Safe to run twice. */
  set(at: string): Promise<void>;
  /** Removes the schedule; fine when there is none. */
  clear(): Promise<void>;
}

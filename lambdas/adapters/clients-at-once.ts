/**
 * Returns how many clients of one scope are probed, or moved, at the same time: 10, and up to 40 when there
 * are hundreds. Quick, but no flood of calls.
 */
export const clientsAtOnce = (clients: number): number => Math.min(40, Math.max(10, Math.ceil(clients / 20)));

/** Clients of one scope that are probed, or moved, at the same time: quick, but no flood; more where there are hundreds. */
export const clientsAtOnce = (clients: number): number => Math.min(40, Math.max(10, Math.ceil(clients / 20)));

import type { Report } from '../../rehearsal/report.ts';

/** The blocked cuts that the sweeps after a rehearsal found and the rehearsed run did not name. */
export const blockedOnlyAfterwards = ({ blocked, recovery }: Report): Report['blocked'] =>
  (recovery?.blocked ?? []).filter(({ anchor }) => !blocked.some((one) => one.anchor === anchor));

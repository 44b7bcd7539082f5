import { describe, expect, it } from 'vitest';
import { createLines, namesTold } from '../../../simulation/judges/succession/lines.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';

const anchors = [
  { id: 'cert_a0', name: 'acme@0' },
  { id: 'cert_a1', name: 'acme@1' },
];
type Sight = LoggedEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;
const at = (seconds: number, event: Sight): LoggedEvent => ({ at: 1000 * seconds, ...event }) as LoggedEvent;
const trust = (active: boolean): Sight => ({
  ...{ what: 'trust', by: 'setup', scope: 'proj_a', active, anchorIds: ['cert_a0'] },
});
const planned: Sight = {
  ...{ what: 'recorded', by: 'setup' },
  entry: {
    ...{ execution: 'run', startedAt: '', at: '2027-01-01T00:00:00.000Z', event: 'planned' },
    detail: { successions: [{ retiring: 'cert_a0', successor: 'cert_a1' }] },
  },
};
const renamed: Sight = { what: 'renamed', by: 'outsider', anchorId: 'cert_a1', name: 'root@1' };
const asked = (from: number, until = from, by: 'some' | 'every' = 'every') => ({ from, until, by });

describe('the line of an anchor', () => {
  it('is by the name that it has at the time', () => {
    const lines = createLines(anchors, namesTold([at(0, trust(true)), at(50, renamed)]));
    expect(lines.authorityAt('cert_a1', 49)).toBe('acme');
    expect(lines.authorityAt('cert_a1', 50)).toBe('root');
    expect(lines.authoritiesOf('cert_a1')).toEqual(['acme', 'root']);
    expect(lines.isOfItsLine('cert_a1', 'cert_a0', asked(10, 40))).toBe(true);
    expect(lines.isOfItsLine('cert_a1', 'cert_a0', asked(10, 60))).toBe(false);
    expect(lines.isOfItsLine('cert_a1', 'cert_a0', asked(10, 60, 'some'))).toBe(true);
    expect(lines.isOfItsLine('cert_a1', 'cert_a0', asked(60, 70, 'some'))).toBe(false);
  });

  it('is that of what it was begun to take the place of, until that is active nowhere', () => {
    const log = [at(0, trust(true)), at(20, planned), at(50, renamed), at(90, trust(false))];
    const lines = createLines(anchors, namesTold(log));
    expect(lines.isOfItsLine('cert_a1', 'cert_a0', asked(60, 80))).toBe(true);
    expect(lines.isOfItsLine('cert_a1', 'cert_a0', asked(10, 80))).toBe(false);
    expect(lines.isOfItsLine('cert_a1', 'cert_a0', asked(60, 100))).toBe(false);
    expect(lines.isOfItsLine('cert_a0', 'cert_a1', asked(60, 80))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { finished, newlyBegun } from '../../../lambdas/domain/succession/resume.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const old = anchor('cert_old', 'acme@2025', 10);
const older = anchor('cert_older', 'acme@2024', 8);
const fresh = { ...anchor('cert_new', 'acme@2026', 400), createdAt: NOW - 5 * DAY };
const latest = { ...anchor('cert_latest', 'acme@2027', 700), createdAt: NOW - DAY };
const at = new Date((NOW - 2 * DAY) * 1000).toISOString();
const mark = { retiring: 'cert_old', successor: 'cert_new', begunAt: at, takenBackAt: at };
const memory = { soaks: [], cuts: [], begun: [mark] };
const planned = (anchors: (typeof old)[], active: Record<string, string[]>, compromised: string[] = []) =>
  plan({
    inventory: inventoryOf(anchors, active),
    policy: policyOf(),
    request: { mode: 'scheduled' },
    now: NOW,
    clients: [client('api', 'proj_a', 'cert_old', 'cert_new')],
    memory,
    compromised: { ids: new Set(compromised), keys: new Set<string>() },
  });

describe('a successor that was taken back (F16)', () => {
  it('is not tried again for another anchor that it could replace as well: its filter is the same', () => {
    const both = planned([old, older, fresh], { proj_a: ['cert_old', 'cert_older'] });
    expect(both.successions).toEqual([]);
    expect(both.blocked.map((one) => one.anchor).toSorted()).toEqual(['cert_old', 'cert_older']);
    for (const { reason } of both.blocked)
      expect(reason).toContain('cert_new was made active and taken back');
  });

  it('takes over all the same from what is compromised, by whatever run: that waits for no filter (I16)', () => {
    const active = { proj_a: ['cert_old'] };
    const { successions, blocked } = planned([old, fresh], active, ['cert_old']);
    expect(successions).toMatchObject([{ retiring: 'cert_old', successor: 'cert_new' }]);
    expect(blocked).toEqual([]);
    expect(planned([old, fresh], active).successions).toEqual([]);
  });

  it('goes on where a person has made it active, and a later upload redirects nothing (F1)', () => {
    const active = { proj_a: ['cert_old', 'cert_new'] };
    expect(planned([old, fresh, latest], active).successions).toMatchObject([{ successor: 'cert_new' }]);
  });

  it('is tried again once a person asks for a run, and not where that run gives way to another successor', () => {
    const by = (mode: 'scheduled' | 'manual', successor: string) =>
      newlyBegun(
        {
          ...{ mode, plannedAt: at },
          successions: [{ authority: 'acme', retiring: 'cert_old', successor, retiringExpiresAt: at }],
        },
        memory,
      ).map((one) => one.successor);
    expect(by('manual', 'cert_new')).toEqual(['cert_new']);
    expect(by('manual', 'cert_latest')).toEqual(['cert_latest']);
    expect(by('scheduled', 'cert_new')).toEqual([]);
  });

  it('is remembered beyond what it was to replace, which may be active where nobody can look', () => {
    const gone = inventoryOf([old, fresh], { proj_a: ['cert_new'] });
    const plain = { retiring: 'cert_old', successor: 'cert_new', begunAt: at };
    expect(finished([plain], gone)).toEqual([plain]);
    expect(finished([mark], gone)).toEqual([]);
    expect(finished([mark], inventoryOf([old], { proj_a: [] }))).toEqual([mark]);
  });
});

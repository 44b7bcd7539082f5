import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../bin/rehearsal/report.ts';
import { few, table } from '../../../bin/terminal/tables.ts';
import type { Report } from '../../../rehearsal/report.ts';
import { recordedReport } from './recorded.ts';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('the report', () => {
  const text = renderReport(recordedReport);

  it('says what changed, who moved, what is blocked, what was proven, and when it goes on', () => {
    expect(text).toContain('✓ Rotated: 14 successions in 3 scopes; 1 blocked.');
    expect(text).toMatch(/proj_stores +cert_beacon_all +cert_beacon_shop01 +probe/);
    expect(text).toContain('and 9 more');
    expect(text).toMatch(/Clients promoted\n.*canary-web, checkout-api/);
    expect(text).toMatch(/Blocked\n.*\n +cert_gamma_2025 .*upload a CA certificate named/);
    expect(text).toContain('2,431 sent, 0 failed');
    expect(text).toContain('lockout 0 · enforcement lost 0 · enforcement gained 0 · unplanned 0');
    expect(text).toContain('list 61 · activate 7 · deactivate 8');
    expect(text).toContain('2027-01-04 09:00 UTC');
    expect(text).not.toContain('proj_idle');
  });

  it('says how many clients sent all along, where not all did', () => {
    const requests = { sent: 3_101, failed: 0, sampled: { clients: 40, of: 302 } };
    expect(renderReport({ ...recordedReport, requests })).toContain(
      '3,101 sent, 0 failed; 40 of 302 clients all along, the others around each change',
    );
    expect(text).not.toContain('all along');
  });

  it('claims nothing where nobody sent anything', () => {
    const text = renderReport({ ...recordedReport, requests: { sent: 0, failed: 0 } });
    expect(text).toMatch(/client requests +none: no client has a leaf that is valid then/);
    expect(text).toMatch(/violations +not shown: nobody sent anything/);
  });

  it('says where and for whom a cut is blocked, and what the plan warns of', () => {
    const blocked = [
      { anchor: 'cert_old', reason: 'stage a leaf', scopes: ['proj_a', 'proj_b'], client: 'billing' },
    ];
    const text = renderReport({ ...recordedReport, blocked, warnings: ['no such anchor: cert_typo'] });
    expect(text).toMatch(/cert_old +proj_a +stage a leaf\n +proj_b\n +client billing/);
    expect(text).toContain('Warnings\n  no such anchor: cert_typo');
    expect(renderReport(recordedReport)).not.toContain('Warnings');
  });

  it('tells a cut that was undone from one that was confirmed', () => {
    const undone = { activated: [], deactivated: [], undone: ['cert_back'], evidence: null };
    const text = renderReport({ ...recordedReport, scopes: [{ scope: 'proj_1', ...undone }] });
    expect(text).toMatch(/proj_1 +— +cert_back \(undone\) +—\n/);
  });

  it('says which client was locked out by what it keeps in memory, and where a leaked key got in until when', () => {
    const text = renderReport({
      ...recordedReport,
      lockedOut: [
        {
          ...{ client: 'batch', project: 'proj_1', habit: 'never', since: '2026-11-09T09:01:05.000Z' },
          isUnread: true,
        },
      ],
      requests: { sent: 2431, failed: 12 },
      attacks: [
        {
          anchor: 'cert_leaked',
          requests: 1200,
          gotIn: [
            { project: 'proj_1', host: 'https://h/v1', until: '2026-11-02T09:01:05.000Z' },
            { project: 'proj_2', host: 'https://h/v1', until: null },
          ],
          tokensUntil: '2026-11-02T10:01:00.000Z',
        },
        { anchor: 'cert_idle', requests: 1200, gotIn: [], tokensUntil: null },
      ],
      tokensUntil: '2026-11-02T10:01:05.000Z',
      violations: { ...recordedReport.violations, leakedKeyAccepted: 1 },
    });
    expect(text).toMatch(
      /Clients locked out\n[\s\S]*batch +never +2026-11-09 09:01 UTC +keeps an older leaf/,
    );
    // An emergency has no soak.
    expect(text.replaceAll(/\s+/g, ' ')).toContain('restart it as soon as the emergency has ended');
    expect(text).not.toContain('soak');
    expect(text).toContain('a token of an old leaf lives until 2026-11-02 10:01 UTC, and goes with any leaf');
    expect(text).toMatch(/cert_leaked +proj_1 +https:\/\/h\/v1 +2026-11-02 09:01 UTC/);
    expect(text).toMatch(/cert_leaked +proj_2 +https:\/\/h\/v1 +still gets in/);
    expect(text).toContain('nowhere, in 1,200 requests');
    expect(text).toMatch(/leaked key\s+accepted 1/);
    expect(widest(text)).toBeLessThanOrEqual(100);
  });

  it('is at most 100 columns wide, whatever the ids', () => {
    expect(widest(text)).toBeLessThanOrEqual(100);
    const long = 'x'.repeat(150);
    const wide: Report = {
      ...recordedReport,
      scopes: [{ scope: long, activated: [long], deactivated: [long], undone: [], evidence: 'probe' }],
      blocked: [{ anchor: long, reason: `${long} ${'many words '.repeat(40)}` }],
      promoted: Array.from({ length: 60 }, (_, i) => `client-${i}`),
    };
    expect(widest(renderReport(wide))).toBeLessThanOrEqual(100);
  });

  it('says what the sweeps found blocked, where the rehearsed run did not', () => {
    const [known] = recordedReport.blocked;
    const found = { anchor: 'cert_left', reason: 'cert_left has no successor: upload one' };
    const recovery = {
      runs: 1,
      outcome: 'blocked' as const,
      halt: null,
      blocked: known ? [known, found] : [found],
    };
    const text = renderReport({ ...recordedReport, faults: [], recovery });
    const [, afterwards = ''] = text.split('afterwards:');
    expect(afterwards).toContain('cert_left has no successor: upload one');
    expect(afterwards).not.toContain(known?.reason.slice(0, 20) ?? 'nothing');
  });

  it('lets no name that the API gave drive the terminal', () => {
    const [forged] = recordedReport.scopes;
    const scope = `proj_1\u001b]0;owned\u0007\u202e\nproj_2`;
    const report = { ...recordedReport, scopes: forged ? [{ ...forged, scope }] : [] };
    const text = renderReport(report);
    expect(text).toContain('proj_1 ]0;owned proj_2');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it.each([
    [{ outcome: 'idle' as const, successions: [], scopes: [], blocked: [] }, '✓ Idle: nothing is due.'],
    [
      {
        ...{ outcome: 'idle' as const, successions: [], scopes: [], blocked: [] },
        attacks: [{ anchor: 'cert_gone', requests: 4, gotIn: [], tokensUntil: null }],
      },
      '✓ Idle: cert_gone is active nowhere: nothing has to be cut.',
    ],
    [{ outcome: 'blocked' as const, successions: [], scopes: [] }, '■ Blocked: 1 anchor due'],
    [
      { outcome: 'halted' as const, halt: { error: 'SuccessorRefused', cause: 'in proj_1' } },
      'SuccessorRefused',
    ],
  ])('has a verdict for %j', (change, verdict) => {
    expect(renderReport({ ...recordedReport, ...change })).toContain(verdict);
  });
});

describe('a table', () => {
  it('breaks an id that does not fit rather than cut it', () => {
    const id = `cert_${'0123456789'.repeat(12)}`;
    const text = table(
      ['anchor', 'why'],
      [[id, 'a reason of several words '.repeat(5)]],
      (_, plain) => plain,
    );
    const column = text.split('\n').map((line) => line.trim().split(/\s/)[0]);
    expect(column.join('')).toContain(id);
  });

  it('is as wide with colours as without', () => {
    const rows = [[styleText('green', 'ok', { validateStream: false }), 'fine']];
    expect(table([], rows, (_, text) => text)).toMatch(/ok.{1,6} {2}fine/);
  });

  it('shows the first few of many and how many more', () => {
    expect(few(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a\nb\nc\nand 3 more');
    expect(few([])).toBe('—');
  });
});

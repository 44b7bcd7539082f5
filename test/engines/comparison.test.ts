import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../engines/comparison.ts';
import type { Performance } from '../../engines/performance.ts';
import { seenIn } from '../../engines/seen.ts';

const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution';

const performed = (over: Partial<Performance> = {}): Performance => ({
  ends: [{ error: null, cause: '' }],
  steps: { plan: 1 },
  trust: { proj_a: ['cert_new'] },
  items: [],
  findings: [],
  ...over,
});
const compared = (ours: Partial<Performance>, theirs: Partial<Performance>) =>
  differencesOf(seenIn(performed(ours)), seenIn(performed(theirs)));

describe('two engines', () => {
  it('are alike whatever differs from run to run: times, digests, ports, machines, ids and the order of what came at once', () => {
    const line = (at: string, machine: string, digest: string, scopes: string[]) => ({
      pk: 'rotation',
      sk: `${at}#${machine}`,
      execution: `${EXECUTION}:${machine}:run`,
      detail: { scopes, digest: digest.repeat(64), host: `https://localhost:${machine.length}/v1` },
    });
    const ours = [line('2031-05-01T00:00:00.000Z', 'windlass-rehearsal', 'a', ['proj_a', 'proj_b'])];
    const theirs = [line('2031-05-02T00:00:00.123Z', 'windlass-rehearsal-1', 'b', ['proj_b', 'proj_a'])];
    expect(compared({ items: ours }, { items: theirs })).toEqual([]);
  });

  it('differ in an end, and the line says whose it is', () => {
    const halted = { error: 'ProbeInconclusive', cause: '{"errorMessage":"no answer"}' };
    expect(compared({ ends: [halted] }, {})).toEqual([
      'ends: only by the interpreter: ProbeInconclusive: no answer',
      'ends: only by moto: well',
    ]);
  });

  it('differ in how often a step was tried, in trust and in what the table remembers', () => {
    expect(compared({ steps: { verify: 21 } }, { steps: { verify: 20 } })).toHaveLength(2);
    expect(compared({}, { trust: { proj_a: [] } })).toHaveLength(2);
    expect(compared({ items: [{ pk: 'cut', sk: 'proj_a' }] }, {})).toEqual([
      'memory: only by the interpreter: {"pk":"cut","sk":"proj_a"}',
    ]);
  });

  it('differ where a known difference has gone', () => {
    const fence = (child: string) => [{ pk: 'child', sk: 'proj_a', child: `${EXECUTION}:windlass${child}` }];
    const own = fence('/the-cut:run-0');
    expect(compared({ items: own }, { items: fence(':run') })).toEqual([]);
    expect(compared({ items: own }, { items: own })).toHaveLength(2);
  });
});

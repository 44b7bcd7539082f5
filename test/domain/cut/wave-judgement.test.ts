import { describe, expect, it } from 'vitest';
import { judgeWave } from '../../../lambdas/domain/cut/wave-judgement.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';

const confirmed = (scope: string) => ({ scope, verdict: 'confirmed', error: '', cause: '' });
const halted = (scope: string, cause = 'it was') => ({
  scope,
  verdict: 'halted' as const,
  error: 'ApiRefused',
  cause,
});

describe('the judgement of a wave', () => {
  it('is good where every scope did well', () => {
    expect(judgeWave(['a', 'b'], [confirmed('a'), confirmed('b')])).toEqual({ anyHalted: false, scopes: 2 });
  });

  it('has the name of the first halt, and the words of all of a few', () => {
    const { anyHalted, halt } = judgeWave(['a', 'b', 'c'], [confirmed('a'), halted('b'), halted('c')]);
    expect(anyHalted).toBe(true);
    expect(halt?.Error).toBe('ApiRefused');
    expect(JSON.parse(halt?.Cause ?? '').map(({ scope }: { scope: string }) => scope)).toEqual(['b', 'c']);
  });

  it('has the name of a scope that halted by itself before that of one that an emergency took over (I13)', () => {
    const superseded = { ...halted('a'), error: 'Superseded' };
    expect(judgeWave(['a', 'b'], [superseded, halted('b')]).halt?.Error).toBe('ApiRefused');
    expect(judgeWave(['a'], [superseded]).halt?.Error).toBe('Superseded');
  });

  it.each(['Stopped', 'ConfigurationChanged', 'ManifestChanged'])(
    'has the name of what ends the run, %s, before that of any scope’s own affair: nobody is moved after it',
    (error) => {
      const { halt } = judgeWave(['a', 'b'], [halted('a'), { ...halted('b'), error }]);
      expect(halt?.Error).toBe(error);
      expect(halt?.Cause).toContain('"scope":"a"');
    },
  );

  it.each(['ProbeInconclusive', 'SecretUnavailable', 'UnknownProject', 'OutOfTime'])(
    'lets the next wave begin, however many have halted as %s: each holds its own scope alone (I17, rule 4)',
    (error) => {
      const halts = ['a', 'b'].map((scope) => ({ ...halted(scope), error }));
      expect(judgeWave(['a', 'b'], halts, { tolerant: true })).toMatchObject({
        anyHalted: false,
        tolerated: 2,
      });
    },
  );

  it('fits the cause of an execution, however many halt and however long they talk', () => {
    const scopes = Array.from({ length: 300 }, (_, i) => `proj_${i}`);
    const long = JSON.stringify({ errorType: 'ApiRefused', errorMessage: 'x'.repeat(20_000), trace: [] });
    const { halt } = judgeWave(
      scopes,
      scopes.map((scope) => halted(scope, long)),
    );
    expect(halt?.Cause.length).toBeLessThanOrEqual(32_768);
  });

  it('is a halt where a scope has no verdict: what became of it is not known (I9)', () => {
    const { halt } = judgeWave(['a', 'b'], [confirmed('a')]);
    expect(halt?.Error).toBe('ScopeLost');
    expect(halt?.Cause).toContain('"scope":"b"');
    // The halt of another scope says more than a missing verdict.
    expect(judgeWave(['a', 'b'], [halted('a')]).halt?.Error).toBe('ApiRefused');
  });

  it('goes on past one project of many in which the admin key may not write, and not where it may nowhere (I17, F18)', () => {
    const scopes = Array.from({ length: 40 }, (_, i) => `proj_${i}`);
    const refused = (scope: string) => ({ ...halted(scope), error: 'AdminKeyRefused' });
    const judged = (some: number) => {
      const verdicts = scopes.map((scope, i) => (i < some ? refused(scope) : confirmed(scope)));
      return judgeWave(scopes, verdicts, { tolerant: true });
    };
    expect(judged(1)).toMatchObject({ anyHalted: false, tolerated: 1 });
    expect(judged(40)).toMatchObject({ anyHalted: true, halt: { Error: 'AdminKeyRefused' } });
  });

  it('says when the last of its scopes was proven, from which all soak', () => {
    const proven = (scope: string, provenAt: string) => ({ scope, verdict: 'proven', provenAt });
    const [early, late] = ['2026-11-23T00:00:00.000Z', '2026-11-23T01:00:00.000Z'];
    expect(judgeWave(['a', 'b'], [proven('a', late), proven('b', early)]).provenAt).toBe(late);
  });

  describe('of a wave that others come after', () => {
    const scopesOf = (count: number) => Array.from({ length: count }, (_, i) => `proj_${i}`);
    const judged = (count: number, halts: readonly (Partial<ScopeVerdict> & { error: string })[]) => {
      const scopes = scopesOf(count);
      const ended = scopes.map((scope, i) =>
        halts[i] ? { ...halted(scope), ...halts[i] } : confirmed(scope),
      );
      return judgeWave(scopes, ended, { tolerant: true });
    };
    const of = (count: number, error: string) => Array.from({ length: count }, () => ({ error }));

    it.each([
      ['one scope in twenty', 20, of(1, 'LeafChanged')],
      ['five in a hundred', 100, of(5, 'ApiRefused')],
      ['a client that does not answer in a wave of one', 1, of(1, 'ProbeInconclusive')],
      ['a secret that nobody can read in a wave of three', 3, of(1, 'SecretUnavailable')],
      ['two clients of two that do not answer', 2, of(2, 'ProbeInconclusive')],
      ['a project of three that somebody has archived meanwhile', 3, of(1, 'UnknownProject')],
    ])('tolerates %s (rule 4)', (_, count, halts) => {
      expect(judged(count, halts)).toEqual({
        ...{ anyHalted: false, tolerated: halts.length, scopes: count },
      });
    });

    it.each([
      ['two scopes in thirty-nine', 39, of(2, 'LeafChanged')],
      ['one in nineteen', 19, of(1, 'LeafChanged')],
      ['a successor refused', 100, of(1, 'SuccessorRefused')],
      ['a toggle that does not show', 100, of(1, 'ToggleNotVisible')],
      ['a scope of which nobody knows', 100, of(1, 'ScopeLost')],
      ['a person who stops the run', 100, of(1, 'Stopped')],
      ['an emergency that took over', 100, of(1, 'Superseded')],
      ['a cut that had to be undone', 100, [{ error: 'ProbeInconclusive', undone: true }]],
    ])('is stopped by %s', (_, count, halts) => {
      expect(judged(count, halts)).toMatchObject({ anyHalted: true, halt: { Error: halts[0]?.error } });
    });

    it('is stopped in the overlap by no scope whose activation the API refuses, and by no single other one but a canary (I17)', () => {
      const overlap = (errors: string[], isCanary = false) => {
        const scopes = scopesOf(4);
        const ended = scopes.map((scope, i) => (errors[i] ? { ...halted(scope), error: errors[i] } : scope));
        const heard = ended.map((one) => (typeof one === 'string' ? confirmed(one) : one));
        return judgeWave(scopes, heard, { tolerant: true, isOverlap: true, isCanary }).anyHalted;
      };
      expect(overlap(['ApiRefused', 'ApiRefused', 'ApiRefused'])).toBe(false);
      expect(overlap(['ApiUnavailable'])).toBe(false);
      expect(overlap(['ApiUnavailable', 'LeafChanged'])).toBe(true);
      expect(overlap(['ApiUnavailable'], true)).toBe(true);
      expect(overlap(['SuccessorRefused'])).toBe(true);
    });

    it('is not stopped by what was held before it, and never begun, but by what halts of the others (I17)', () => {
      const scopes = scopesOf(3);
      const heldBefore = new Set(['proj_0']);
      const first = { ...halted('proj_0'), error: 'LeafChanged' };
      const others = [confirmed('proj_1'), confirmed('proj_2')];
      const how = { tolerant: true, heldBefore };
      expect(judgeWave(scopes, [first, ...others], how)).toEqual({
        ...{ anyHalted: false, tolerated: 1, scopes: 3 },
      });
      // At the end of the run it is reported all the same.
      expect(judgeWave(scopes, [first, ...others]).anyHalted).toBe(true);
      const second = [first, halted('proj_1'), confirmed('proj_2')];
      expect(judgeWave(scopes, second, how)).toMatchObject({ anyHalted: true });
      expect(judgeWave(['proj_0'], [first], how).anyHalted).toBe(false);
    });

    it('is told first of what stopped it, and not of what was held before', () => {
      const scopes = scopesOf(8);
      const before = scopes.slice(0, 6).map((scope) => ({ ...halted(scope), error: 'LeafChanged' }));
      const own = { ...halted('proj_6'), error: 'RetiringStillAccepted', undone: true };
      const how = { tolerant: true, heldBefore: new Set(scopes.slice(0, 6)) };
      const { halt } = judgeWave(scopes, [...before, own, confirmed('proj_7')], how);
      expect(halt?.Error).toBe('RetiringStillAccepted');
      expect(JSON.parse(halt?.Cause ?? '')[0]).toMatchObject({ scope: 'proj_6' });
      const lost = judgeWave(scopes, [...before, confirmed('proj_7')], how);
      expect(lost.halt?.Error).toBe('ScopeLost');
    });

    it('is stopped where several canaries were to show how a cut goes, and all were held before', () => {
      const scopes = scopesOf(2);
      const before = scopes.map((scope) => ({ ...halted(scope), error: 'AwsRefused' }));
      const how = { tolerant: true, heldBefore: new Set(scopes) };
      const stopped = { anyHalted: true, halt: { Error: 'AwsRefused' } };
      expect(judgeWave(scopes, before, { ...how, isCanary: true })).toMatchObject(stopped);
      expect(judgeWave(scopes, before, how).anyHalted).toBe(false);
      // Rule 4: a client that does not answer holds only its own scopes, even if these are all canaries.
      const silent = scopes.map((scope) => ({ ...halted(scope), error: 'ProbeInconclusive' }));
      expect(judgeWave(scopes, silent, { ...how, isCanary: true }).anyHalted).toBe(false);
      const mixed = [...silent.slice(1), ...before.slice(0, 1)];
      expect(judgeWave(scopes, mixed, { ...how, isCanary: true })).toMatchObject(stopped);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { openChecks, Unfinished } from '../../deploy-local/checks.ts';

const passing = async () => {};
const failing = async () => {
  throw new Error('the stack is not there');
};

describe('the checks of a local deployment', () => {
  it('are counted and told, and one that fails says why', async () => {
    const lines: string[] = [];
    const checks = openChecks((line) => lines.push(line));
    expect(await checks.look('deploys', passing)).toBe(true);
    expect(await checks.look('rotates', failing)).toBe(false);
    expect(checks).toMatchObject({ passed: 1, failed: 1 });
    expect(lines).toEqual([
      expect.stringMatching(/^✓ deploys \(\d+\.\d s\)$/),
      expect.stringMatching(/^✗ rotates \(\d+\.\d s\)\n {2}the stack is not there$/),
    ]);
  });

  it('end when one fails without which the others mean nothing', async () => {
    const checks = openChecks(() => {});
    await checks.demand('deploys', passing);
    await expect(checks.demand('deploys again', failing)).rejects.toThrow(Unfinished);
    expect(checks).toMatchObject({ passed: 1, failed: 1 });
  });
});

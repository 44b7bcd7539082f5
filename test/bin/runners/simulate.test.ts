import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { start, until, windlass } from '../run.ts';

describe('windlass simulate', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('prints one JSON line, serves, and cleans up on %s', async (signal, expected) => {
    const running = start(['simulate']);
    await until(running, ({ stdout }) => stdout.includes('\n'));
    const { schema, apiBase, adminKey, caFile } = JSON.parse(running.said.stdout);
    expect(schema).toBe(1);
    const planned = await windlass(['plan', '--base-url', apiBase, '--json'], { OPENAI_ADMIN_KEY: adminKey });
    expect(JSON.parse(planned.stdout)).toMatchObject({ decision: 'rotate' });
    expect(existsSync(caFile)).toBe(true);
    running.child.kill(signal);
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(caFile)).toBe(false);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openChecks } from '../../deploy-local/checks.ts';
import { toldByScript } from '../../verify-clients/told-by-script.ts';

async function toldBy(code: string) {
  const folder = await mkdtemp(join(tmpdir(), 'windlass-told-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = join(folder, 'told.mjs');
  await writeFile(script, `const tell = (line) => console.log(JSON.stringify(line));\n${code}`);
  const lines: string[] = [];
  const checks = openChecks((line) => lines.push(line.replace(/ \(\d.*?s\)/, '')));
  await toldByScript(checks, { program: process.execPath, script, about: {} });
  return { lines, passed: checks.passed, failed: checks.failed };
}

test('each check of a script is counted and told', async () => {
  const { lines, passed, failed } = await toldBy(
    `tell({ begins: 'lists' }); tell({ failed: null }); tell({ begins: 'deletes' }); tell({ failed: 'line 3: no' });`,
  );
  expect(lines).toEqual(['✓ lists', '✗ deletes\n  line 3: no', '✓ told.mjs runs to its end']);
  expect([passed, failed]).toEqual([2, 1]);
});

test('a script that stops in the middle of a check fails that check, and its end', async () => {
  const { lines, failed } = await toldBy(`tell({ begins: 'lists' }); throw new Error('no such module');`);
  expect(lines[0]).toBe('✗ lists\n  it stopped in the middle');
  expect(lines[1]).toMatch(/^✗ told.mjs runs to its end\n/);
  expect(lines[1]).toContain('no such module');
  expect(failed).toBe(2);
});

test('a script that cannot even begin is a failure, and never nothing', async () => {
  expect(await toldBy(`throw new Error('no such module');`)).toMatchObject({ passed: 0, failed: 1 });
});

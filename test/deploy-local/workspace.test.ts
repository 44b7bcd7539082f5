import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { otherIn, take } from '../../deploy-local/workspace.ts';
import { scratch } from '../bin/run.ts';

test('a folder is used by one process for as long as that lives', async () => {
  const folder = await scratch();
  expect(await otherIn(folder)).toBeNull();
  expect(await take(folder)).toBeNull();
  expect(await otherIn(folder)).toBeNull();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await writeFile(join(folder, 'pid'), `${other.pid}\n`);
  expect(await otherIn(folder)).toBe(other.pid);
  other.kill('SIGKILL');
  await once(other, 'close');
  expect(await otherIn(folder)).toBeNull();
});

test('a folder that may not be written says why', async () => {
  const folder = await scratch({ file: 'no folder' });
  expect(await take(join(folder, 'file', 'deploy-local'))).toBe('ENOTDIR');
});

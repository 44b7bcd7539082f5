// Without permission to write, the CDK ends with a stack trace or with the name of a lock. So this is checked before
// the CDK starts.
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const output = resolve('cdk.out');

demandWritable(tmpdir(), 'set TMPDIR to a folder that can be written to');
demandWritable(output, 'use a copy of the project that may be written', () =>
  mkdirSync(output, { recursive: true }),
);

function demandWritable(folder, remedy, make = () => {}) {
  try {
    make();
    rmdirSync(mkdtempSync(join(folder, 'windlass-attempt-')));
  } catch ({ code }) {
    console.error(`windlass: cannot write in ${folder} (${code}): ${remedy}`);
    process.exit(2);
  }
}

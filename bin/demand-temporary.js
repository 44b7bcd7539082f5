// The CDK itself ends with a stack trace where it finds no folder for temporary files: it is asked for before the CDK is.
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

try {
  rmdirSync(mkdtempSync(join(tmpdir(), 'windlass-attempt-')));
} catch ({ code }) {
  console.error(
    `windlass: cannot write in ${tmpdir()} (${code}): set TMPDIR to a folder that can be written to`,
  );
  process.exit(2);
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Returns the text of a file of the project. */
export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Every document that a person reads, by its path from the root. */
export const documents: readonly string[] = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], {
  cwd: ROOT,
}).sort();

/** Every file of code and configuration that may cite a document, by its path from the root. */
export const sources: readonly string[] = globSync(
  [
    '{bin,lib,lambdas,simulation,rehearsal,storm,exhaustive,bench,deploy-local,engines,account,linters,test}/**/*.ts',
    '.ci/run',
  ],
  { cwd: ROOT },
).filter((file) => !file.startsWith('test/docs/'));

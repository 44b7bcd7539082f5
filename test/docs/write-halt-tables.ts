import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sections, withHalts } from './halt-tables.ts';

const ROOT = resolve(import.meta.dirname, '../..');

for (const path of Object.keys(sections)) {
  const file = resolve(ROOT, path);
  writeFileSync(file, withHalts(readFileSync(file, 'utf8'), path));
}

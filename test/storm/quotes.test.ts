import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { inSource } from '../../storm/planted-bugs/in-source.ts';

it('every planted bug quotes a text that its file still holds, once', async () => {
  const lost: string[] = [];
  for (const [bug, { edits }] of Object.entries(inSource)) {
    const sources = new Map<string, string>();
    for (const { file, from, to } of edits) {
      const source = sources.get(file) ?? (await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'));
      if (source.split(from).length !== 2) lost.push(`${bug}: ${file} does not hold once: ${from}`);
      sources.set(
        file,
        source.replace(from, () => to),
      );
    }
  }
  expect(lost).toEqual([]);
});

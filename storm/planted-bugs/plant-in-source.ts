import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SourceEdit } from './in-source.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Applies these edits to the files of the product that this thread loads from here on. Throws when a loaded
 * file no longer holds the text: a bug that was not planted cannot be found.
 */
export function plantInSource(edits: readonly SourceEdit[]): void {
  if (edits.length === 0) return;
  const byUrl = Map.groupBy(edits, ({ file }) => pathToFileURL(join(ROOT, file)).href);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const own = byUrl.get(url);
      if (!own) return loaded;
      return { ...loaded, source: own.reduce(edited, String(loaded.source)) };
    },
  });
}

function edited(source: string, { file, from, to }: SourceEdit): string {
  if (source.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
  return source.replace(from, () => to);
}

import { isUtf8 } from 'node:buffer';
import { lstat, mkdtemp, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { shown as quoted } from '../../lambdas/domain/bad-fields.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { type JsonFlaw, readJsonText } from './json-text.ts';
import { reasonOf } from './reason.ts';

/**
 * Returns a JSON file's value. Throws `InvalidInput`, which names `what` and the file. It never quotes the
 * content: the wrong file may hold a key.
 */
export async function readJson(what: string, file: string): Promise<unknown> {
  const text = await readText(what, file);
  const read = readJsonText(text);
  if ('value' in read) return read.value;
  throw new WindlassError('InvalidInput', `${what} ${file} ${flawInWords(read.flaw, text)}`);
}

/** What is wrong with a text that is not JSON, or that two parsers may read differently. */
function flawInWords(flaw: JsonFlaw, text: string): string {
  switch (flaw.kind) {
    case 'empty':
      return 'is not JSON: it is empty';
    case 'cut short':
      return `is not JSON: it ends at ${flaw.place} in the middle of a value: it may be cut short`;
    case 'key twice':
      return `has the key ${quoted(flaw.key)} twice in one object, the second time at ${flaw.place}: only one of them would count, so keep one`;
    case 'no JSON':
      return /^\s*["{[]/.test(text)
        ? `is not JSON: look at ${flaw.place}`
        : 'is not JSON: JSON begins with { or [, and has neither comments nor YAML';
  }
}

/** Returns a file's text. Throws `InvalidInput`, which names `what` and the file. */
export async function readText(what: string, file: string): Promise<string> {
  const bytes = await readBytes(what, file);
  const other = otherEncodingOf(bytes);
  if (other)
    throw new WindlassError('InvalidInput', `${what} ${file} is not UTF-8 but ${other}: save it as UTF-8`);
  // Some editors write a byte order mark first, which neither JSON nor PEM allows.
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** Returns a file's bytes. Throws `InvalidInput`, which names `what` and the file. */
export const readBytes = (what: string, file: string): Promise<Buffer> =>
  readFile(file).catch((error) => {
    throw new WindlassError('InvalidInput', `cannot read ${what} ${shown(file)}: ${reasonOf(error)}`);
  });

/**
 * The likely encoding of a text that is not UTF-8. PowerShell's `>` writes UTF-16, old editors write Latin-1.
 */
function otherEncodingOf(bytes: Buffer): string | null {
  const begin = bytes.subarray(0, 2).toString('hex');
  if (begin === 'fffe' || begin === 'feff' || bytes.subarray(0, 2).includes(0)) return 'UTF-16';
  return isUtf8(bytes) ? null : 'another encoding, such as Latin-1, or no text';
}

/** Throws `InvalidInput`, before any work is done, for a file that could not be written afterwards. */
export async function demandWritable(what: string, file: string): Promise<void> {
  try {
    if ((await stat(dirname(resolve(file)))).isDirectory() && !(await isDirectory(resolve(file)))) return;
  } catch (error) {
    throw new WindlassError('InvalidInput', `cannot write ${what} ${file}: ${reasonOf(error)}`);
  }
  throw new WindlassError(
    'InvalidInput',
    `cannot write ${what} ${shown(file)}: name a file in a directory that exists`,
  );
}

/** Throws `InvalidInput`, before any work is done, for a folder in which nothing could be written. */
export async function demandWritableFolder(folder: string, remedy: string): Promise<void> {
  try {
    // Only an attempt tells: permissions always allow root to write, and a read-only file system allows
    // nobody.
    await rm(await mkdtemp(join(folder, 'windlass-attempt-')), { recursive: true });
  } catch (error) {
    throw new WindlassError('InvalidInput', `cannot write in ${folder}: ${reasonOf(error)}; ${remedy}`);
  }
}

/**
 * Writes a whole file or nothing: into a file beside it first, which is then renamed. `-` is stdout. Throws
 * `InvalidInput`.
 */
export async function writeWhole(what: string, file: string, text: string): Promise<void> {
  if (file === '-') return void process.stdout.write(text);
  try {
    const target = await realpath(file).catch(() => resolve(file));
    // A rename would replace /dev/null, a pipe or a terminal, so those are written to directly.
    const existing = await stat(target).catch(() => null);
    if (existing && !existing.isFile()) return await writeFile(target, text);
    await replace(target, text);
  } catch (error) {
    throw new WindlassError('InvalidInput', `cannot write ${what} ${file}: ${reasonOf(error)}`);
  }
}

async function replace(target: string, text: string): Promise<void> {
  const beside = `${target}.${process.pid}.tmp`;
  try {
    const handle = await open(beside, 'wx');
    await handle.writeFile(text).finally(() => handle.close());
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** An empty name would leave a gap in the sentence. */
const shown = (file: string): string => file || '""';

const isDirectory = async (file: string): Promise<boolean> =>
  (await lstat(file).catch(() => null))?.isDirectory() ?? false;

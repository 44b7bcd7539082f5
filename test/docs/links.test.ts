import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import { documents, ROOT, textOf } from './documents.ts';

const FOLDERS =
  '(?:bin|lib|lambdas|simulation|rehearsal|storm|exhaustive|bench|deploy-local|engines|account|linters|test|docs|examples|\\.ci|\\.githooks)';
const PATH = new RegExp(`\`(${FOLDERS}/[\\w./-]*)\``, 'g');

const matches = (file: string, pattern: RegExp): string[] =>
  [...textOf(file).matchAll(pattern)].map(([, found = '']) => found);

describe.each(documents)('%s', (document) => {
  it('names files and folders that exist', () => {
    expect(matches(document, PATH).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('links to documents, and to headings in them, that exist', () => {
    const links = matches(document, /\]\(((?!https?:)[^)]+)\)/g);
    const broken = links.filter((link) => {
      const [path = '', heading] = link.split('#');
      const file = path === '' ? document : normalize(join(dirname(document), path));
      if (!existsSync(join(ROOT, file))) return true;
      return heading !== undefined && !headingsOf(file).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const scripts = matches(document, /\bnpm run (?:-s |--silent )?([\w:]+)/g);
    expect(scripts.filter((script) => !Object.hasOwn(about.scripts, script))).toEqual([]);
  });
});

/** Returns a document's headings as a link names them. */
const headingsOf = (file: string): string[] =>
  matches(file, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

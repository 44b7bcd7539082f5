import about from '../../package.json' with { type: 'json' };

/** Where a clone has it. */
const PATH = 'docs/operations.md, section Alarms';

type Manifest = { repository?: string | { url: string } };

/** Where whoever is woken finds what to do: the URL of the configuration, else the repository that this is a clone of, else only a path. */
export function runbookOf(own: string | undefined, { repository }: Manifest = about as Manifest): string {
  if (own !== undefined) return own;
  const url = typeof repository === 'string' ? repository : repository?.url;
  // As npm writes it: git+https://…/x.git.
  const page = url?.replace(/^git\+/, '').replace(/\.git$/, '');
  return page?.startsWith('https://') ? `${page} (${PATH})` : PATH;
}

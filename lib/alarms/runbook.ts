import about from '../../package.json' with { type: 'json' };

/** The place of the runbook in a clone. */
const PATH = 'docs/operations.md, section Alarms';

type Manifest = { repository?: string | { url: string } };

/**
 * Where a person who is woken finds what to do: the URL of the configuration, or else the repository that
 * this is a clone of, or else only a path.
 */
export function runbookOf(own: string | undefined, { repository }: Manifest = about as Manifest): string {
  if (own !== undefined) return own;
  const url = typeof repository === 'string' ? repository : repository?.url;
  // npm writes a repository as git+https://…/x.git.
  const page = url?.replace(/^git\+/, '').replace(/\.git$/, '');
  return page?.startsWith('https://') ? `${page} (${PATH})` : PATH;
}

import { openScreen } from './screen.ts';

/** Says on stderr what is being read: the journal of a big organization takes half a minute. */
export async function reading<T>(what: string, read: () => Promise<T>): Promise<T> {
  const screen = openScreen(process.stderr);
  screen.status([`reading ${what}`]);
  return read().finally(screen.close);
}

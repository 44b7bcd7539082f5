import type { ListedAnchor, Scope } from '../domain/anchor.ts';

/** The certificates API as the steps need it. Every method throws a WindlassError and nothing else. */
export interface Certificates {
  /** One scope's listing, paged to the end (F4); an unknown project is `UnknownProject`. */
  list(scope: Scope): Promise<ListedAnchor[]>;
  /** Every project that is not archived, paged to the end. */
  projects(): Promise<{ projectId: string; name: string | null }[]>;
  /** The anchor's PEM. It stays in memory (I14). */
  content(anchorId: string): Promise<string>;
  /** One atomic call for 1 to 10 anchors (F2). Its answer is not evidence (I7). */
  activate(scope: Scope, anchorIds: readonly string[]): Promise<void>;
  /** One atomic call for 1 to 10 anchors (F2). Its answer is not evidence (I7). */
  deactivate(scope: Scope, anchorIds: readonly string[]): Promise<void>;
}

import pMap from 'p-map';
import {
  contradict,
  type Inventory,
  type ListedAnchor,
  ORGANIZATION,
  readableOf,
  scopesOf,
} from '../../domain/anchor.ts';
import { gravest, WindlassError } from '../../domain/errors.ts';
import type { Certificates } from './certificates.ts';

/** How a survey makes its listings, `concurrency` of them at a time. */
type Survey = {
  concurrency: number;
  /** Called with how many of how many scopes are read, to show progress. */
  onScope?: (read: number, of: number) => void;
  /** What an earlier attempt has listed, by project: it is not listed again. */
  kept?: ReadonlyMap<string, readonly ListedAnchor[]>;
  /** Returns true when no listing may begin any more. */
  isOver?: () => boolean;
  /** The projects to list, when the others are left to their own listing. */
  only?: ReadonlySet<string>;
};

/**
 * What was listed, and why the rest was not. A project that is neither listed nor failed has had no turn.
 * `disputed` are anchors that two listings describe differently, with what is wrong: nobody knows which of
 * the two is right.
 */
export type Surveyed = { inventory: Inventory; failures: unknown[]; disputed: ReadonlyMap<string, string> };

/**
 * Reads every scope to the end (F4). Throws what the listings throw, because half an inventory must not be
 * used (I9), and `UnreadableAnswer` when two listings disagree about an anchor.
 */
export async function readInventory(certificates: Certificates, survey: Survey): Promise<Inventory> {
  const { inventory, failures, disputed } = await readWhatIsListed(certificates, survey);
  if (failures.length > 0) throw gravest(failures);
  demandAgreement(disputed);
  return inventory;
}

/**
 * Does the same, but marks a project whose listing fails as `unlisted` with the reason, and returns its
 * failure: an emergency does not wait for it (I16, I17). Throws an error of the organization's own listing,
 * because it concerns everybody. Throws `AdminKeyRefused` when most projects refuse the key (F18).
 */
export async function readWhatIsListed(
  certificates: Certificates,
  { concurrency, onScope = () => {}, kept = new Map(), isOver = () => false, only }: Survey,
): Promise<Surveyed> {
  const [organization, projects] = await Promise.all([
    certificates.list(ORGANIZATION),
    certificates.projects(),
  ]);
  const failures: WindlassError[] = [];
  let read = 1;
  const listings = await pMap(
    projects,
    async ({ projectId, name }) => {
      const project = { projectId, name };
      if (only && !only.has(projectId)) return { ...project, anchors: [], ownListing: true as const };
      try {
        const anchors = kept.get(projectId) ?? (await listInTurn(certificates, projectId, isOver));
        if (anchors) return { ...project, anchors };
        return { ...project, anchors: [], unlisted: 'its turn has not come yet' };
      } catch (error) {
        if (!(error instanceof WindlassError)) throw error;
        failures.push(error);
        return { ...project, anchors: [], unlisted: `${error.name}: ${error.message}` };
      } finally {
        onScope(++read, projects.length + 1);
      }
    },
    { concurrency },
  );
  const refused = failures.filter(({ name }) => name === 'AdminKeyRefused');
  if (2 * refused.length > projects.length) throw refused[0];
  const inventory = { organization, projects: listings };
  return { inventory, failures, disputed: disputedIn(inventory) };
}

/** How often a project is asked for again after a 429. Each time waits up to a minute, if the API says so. */
const MOST_TURNS = 10;

/**
 * Returns a project's listing, or null when the survey's time is up before its turn comes: no project fails
 * for a 429 alone (F12).
 */
async function listInTurn(
  certificates: Certificates,
  projectId: string,
  isOver: () => boolean,
): Promise<ListedAnchor[] | null> {
  for (let turn = 1; ; turn++) {
    if (isOver()) return null;
    try {
      return await certificates.list(projectId);
    } catch (error) {
      const isTooOften = error instanceof WindlassError && error.name === 'RateLimited';
      if (!isTooOften || turn === MOST_TURNS) throw error;
    }
  }
}

/**
 * Throws `UnreadableAnswer` when listings disagree about an anchor. It may have been renamed meanwhile, and
 * the next attempt may find that they agree.
 */
export function demandAgreement(disputed: Surveyed['disputed']): void {
  for (const [anchorId, flaw] of disputed)
    throw new WindlassError('UnreadableAnswer', `${anchorId} ${flaw}: perhaps it was renamed meanwhile`);
}

/**
 * Returns the inventory with a flaw on every disputed anchor: nothing relies on it, and the others go on
 * (I17).
 */
export function withFlaws({ organization, projects }: Inventory, disputed: Surveyed['disputed']): Inventory {
  const flawed = (listing: readonly ListedAnchor[]): ListedAnchor[] =>
    listing.map((anchor) => {
      const flaw = disputed.get(anchor.anchorId);
      return flaw ? { ...anchor, flaw, expiresAt: 0 } : anchor;
    });
  return {
    organization: flawed(organization),
    projects: projects.map((project) => ({ ...project, anchors: flawed(project.anchors) })),
  };
}

/** An anchor has the same facts wherever it is listed; only `active` differs by scope (F5). */
function disputedIn(inventory: Inventory): Map<string, string> {
  const known = new Map<string, { anchor: ListedAnchor; scope: string }>();
  const disputed = new Map<string, string>();
  for (const { scope, anchors } of scopesOf(inventory))
    for (const anchor of anchors) {
      const first = known.get(anchor.anchorId);
      if (first && !disputed.has(anchor.anchorId) && contradict(first.anchor, anchor))
        disputed.set(
          anchor.anchorId,
          `is listed by ${first.scope} and ${scope} with different names or times`,
        );
      if (readableOf(first?.anchor, anchor) === anchor) known.set(anchor.anchorId, { anchor, scope });
    }
  return disputed;
}

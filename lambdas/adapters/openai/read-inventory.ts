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

/** How a survey goes about its listings, of which it makes `concurrency` at a time. */
type Survey = {
  concurrency: number;
  /** Hears how many of how many scopes are read, for whoever waits for it. */
  onScope?: (read: number, of: number) => void;
  /** What an earlier attempt has listed, by project: it is not listed again. */
  kept?: ReadonlyMap<string, readonly ListedAnchor[]>;
  /** True when no listing may begin any more. */
  isOver?: () => boolean;
  /** The projects to list, where the others are left to their own listing. */
  only?: ReadonlySet<string>;
};

/**
 * What was listed, and why the rest was not: a project that is neither listed nor has failed has had no turn. `disputed` are anchors of which two
 * listings say different things, with what is wrong: nobody knows which of them to plan by.
 */
export type Surveyed = { inventory: Inventory; failures: unknown[]; disputed: ReadonlyMap<string, string> };

/**
 * Reads every scope to the end (F4). Throws what the listings throw, since half an inventory is none (I9), and `UnreadableAnswer`
 * when two of them disagree about one anchor.
 */
export async function readInventory(certificates: Certificates, survey: Survey): Promise<Inventory> {
  const { inventory, failures, disputed } = await readWhatIsListed(certificates, survey);
  if (failures.length > 0) throw gravest(failures);
  demandAgreement(disputed);
  return inventory;
}

/**
 * The same, but a project whose listing fails is marked as `unlisted`, with why, and its failure handed back: an emergency
 * does not wait for it (I16, I17). What the organization's own listing throws is everybody's, and so is a key that most projects refuse (F18).
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

/** How often a project is asked for that is only told to come later. Each time waits a minute where the API says so. */
const MOST_TURNS = 10;

/** A project's listing, or null where the survey is over before its turn comes: nobody fails for a 429 alone (F12). */
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

/** Throws `UnreadableAnswer` where listings disagree about an anchor: perhaps it was renamed meanwhile, and the next attempt finds them agreed. */
export function demandAgreement(disputed: Surveyed['disputed']): void {
  for (const [anchorId, flaw] of disputed)
    throw new WindlassError('UnreadableAnswer', `${anchorId} ${flaw}: perhaps it was renamed meanwhile`);
}

/** The same inventory, in which a disputed anchor has that for a flaw: it is relied on nowhere, and everybody else goes on (I17). */
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

/** An anchor has the same facts wherever it is listed; only `active` is each scope's own (F5). */
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

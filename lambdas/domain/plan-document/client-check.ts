import * as z from 'zod';
import { anchorId } from './pair.ts';

/**
 * One client as one scope needs it: which leaf proves the successor, and which leaf must be refused after the
 * cut.
 */
export const clientCheckSchema = z.object({
  client: z.string(),
  project: z.string(),
  secret: z.string(),
  /** The hosts at which it is looked at; all hosts where this is missing, also in an older version. */
  hosts: z.array(z.string()).min(1).optional(),
  successor: anchorId,
  /** SHA-256 fingerprint (hex) of the leaf that Plan saw chaining to the successor. */
  leaf: z.string(),
  /**
   * The first digits of a digest of all certificates that the leaf was seen with. With another chain the same
   * leaf leads elsewhere. Missing in an older version, or there only for staged leaves.
   */
  chain: z.string().optional(),
  /**
   * The successor's subject key identifier (hex). It tells a leaf that was renewed during the soak from a
   * wrong one.
   */
  successorKeyId: z.string().optional(),
  /**
   * The first digits of a digest of the successor's subject, since another anchor may have the same key under
   * another name.
   */
  successorSubject: z.string().optional(),
  /**
   * The leaf that must be refused once the retiring anchor is cut here; absent where no leaf can prove that.
   */
  retiringLeaf: z.string().optional(),
  /**
   * The same digits for the chain of that leaf: with another chain it may be the very leaf that proves the
   * successor. Missing in an older version.
   */
  retiringChain: z.string().optional(),
  /**
   * If this leaf is turned away, its client goes back to another leaf. These are the anchors, without the
   * retiring one, that only that other leaf leads to. Missing in an older version.
   */
  backTo: z.array(anchorId).optional(),
  /**
   * The leaf leads to an anchor that is cut here as well. Only after the cut does a host judge it by the
   * successor alone (I8, F16).
   */
  afterCut: z.boolean().optional(),
  /**
   * Its client runs on no anchor that is cut here, and the cut of its own anchor is held here. It is looked
   * at only in the overlap. Missing in an older version.
   */
  beside: z.boolean().optional(),
  /**
   * Its client runs on this leaf by now, and another anchor lets it in until the successor is active. Missing
   * in an older version.
   */
  inUse: z.boolean().optional(),
  /**
   * Another anchor lets the leaf in as well while both are active, so it does not show whether hosts have
   * heard of the successor (I8). Said only where other clients do show it. Missing in an older version.
   */
  byOthers: z.boolean().optional(),
  /**
   * The anchors that have issued the leaf itself and stay active, where the client keeps it: a host asks only
   * these (F7).
   */
  issuers: z.array(anchorId).optional(),
  /**
   * The anchors that are to let the client in with the leaf that it keeps, once the retiring anchor is cut
   * here. Hosts may have asked only the retiring anchor so far (F7).
   */
  reliesOn: z.array(anchorId).optional(),
  /**
   * The anchors that are cut here and that the retiring leaf, or a witness's leaf, leads to. Absent where
   * these are just all that the successor takes the place of. Missing in an older version.
   */
  cutHere: z.array(anchorId).optional(),
  /**
   * The anchors that the retiring leaf, or a witness's leaf, leads to, and that this run is to cut in the
   * other scope that judges the client, whichever scope is first.
   */
  cutElsewhere: z.array(anchorId).optional(),
  /**
   * A witness's leaf leads to a retiring anchor that stays active for its project. No cut shows what the
   * successor's filter says of it (F16).
   */
  leadsToHeld: z.boolean().optional(),
  /**
   * Which failures of this check halt nothing. By what a person has allowed (I6): `silence`, a probe that
   * says nothing, where the scope may be cut on the listing; `anything` that is the client's own, where that
   * client may be left behind. Also `silence` where the client has nothing to lose (I17).
   */
  excused: z.enum(['silence', 'anything']).optional(),
  /**
   * Its client runs on a leaf that has expired, and others prove the scope. Where nothing can be said of the
   * new leaf the client stays, and no cut waits for it (I17). It has the first digits of a digest of the
   * expired chain. Missing in an older version.
   */
  outlived: z.string().optional(),
  /**
   * The anchors that this run cuts in any scope and that the client may run on, where it loses something by
   * that. Told where its key is of another project (F10). Missing in an older version.
   */
  mayRunOn: z.array(anchorId).optional(),
  /** The same once it has been moved to the leaf of this check, where that is the staged one. */
  mayRunOnMoved: z.array(anchorId).optional(),
});

export type ClientCheck = z.infer<typeof clientCheckSchema>;

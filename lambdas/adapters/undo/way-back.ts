import { getsIn } from '../../domain/cut/proof/accepted.ts';
import type { Suspect } from '../../domain/cut/suspects.ts';
import { WindlassError } from '../../domain/errors.ts';
import { hostsOf } from '../../domain/overlap/own-hosts.ts';
import type { Plan } from '../../domain/plan-document/plan.ts';
import { createEntrance } from '../hosts/entrance.ts';
import type { ProvingPorts } from '../hosts/proving.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { isAsSeen } from '../secrets/held-leaf.ts';
import { type LeafMove, leafMove } from '../secrets/leaf-move.ts';
import { readPrevious } from '../secrets/secrets.ts';

/**
 * The version that a client leaves, the version that it goes back to, and what the trail says of the move.
 */
export type Former = { from: string; to: string; told: LeafMove };
/** Whether a client runs on the promoted leaf, and what it is to go back to. */
export type Found = { isPromoted: boolean; to: Former | null };

/**
 * Returns what a client runs on, and the previous version if it is to go back to that. It goes back when the
 * promoted version is refused somewhere and the previous one gets in everywhere. Refused means that the leaf
 * is turned away, or the API key that this run brought with it.
 *
 * Throws `ProbeInconclusive` or `ProbeRefused` when a host does not say, for example when an API key is
 * refused for another reason. Throws `SuccessorRefused` when neither version gets in everywhere: the client
 * may be outside, and another look may help, because hosts hear of an undo late (I9).
 */
export async function wayBack(
  { secrets, hosts, ...wires }: ProvingPorts,
  suspect: Suspect,
  { evidence }: Pick<Plan, 'evidence'>,
): Promise<Found> {
  const { client, secret } = suspect;
  const entrance = createEntrance(wires);
  const ask = (held: ClientCredential) =>
    Promise.all(hostsOf(suspect, hosts).map((host) => entrance.pass(host, held)));
  const current = await secrets.read(secret, 'AWSCURRENT');
  if (!current || !isAsSeen(current, suspect)) return { isPromoted: false, to: null };
  const isProven = evidence === 'probe';
  const told = isProven ? await ask(current) : [];
  const isKeyRefused = told.some((verdict) => verdict.kind === 'inconclusive' && verdict.isKeyRefused);
  const isItsKey = isKeyRefused && (await hasBroughtKey(secrets, suspect, current));
  if (isProven && !isItsKey && getsIn(told, `client ${client} with its new leaf`))
    return { isPromoted: true, to: null };
  const previous = await readPrevious(secrets, secret);
  if (!previous) return { isPromoted: true, to: null };
  const move = leafMove(client, current.certificateChain, previous.certificateChain);
  // Where nothing is probed, Plan has decided from the leaves alone who is outside and what to go back to.
  const seen = { leaf: suspect.previous, chain: suspect.previousChain };
  const getsInBefore = isProven
    ? getsIn(await ask(previous), `client ${client} with its old leaf`)
    : isAsSeen(previous, seen);
  if (!getsInBefore && (isItsKey || isRetiring(previous, suspect)))
    throw new WindlassError(
      'SuccessorRefused',
      `neither the new leaf of client ${client} nor its old one gets in on every host: stage one that does`,
    );
  return {
    isPromoted: true,
    to: getsInBefore ? { from: current.versionId, to: previous.versionId, told: move } : null,
  };
}

/**
 * Whether this run moved the client to the API key that it calls with now. Any other key is its owner's
 * affair (I11).
 */
async function hasBroughtKey(
  secrets: ProvingPorts['secrets'],
  { secret, changesIdentity }: Suspect,
  current: ClientCredential,
): Promise<boolean> {
  if (changesIdentity?.staged !== current.versionId) return false;
  return (await readPrevious(secrets, secret))?.versionId === changesIdentity.running;
}

/**
 * Whether the client was moved from this version to its new leaf. An older version may have expired long ago,
 * and says nothing of the move. A client that a late call left outside is named by Plan already, and no
 * client waits for it when nothing lets it in (I17).
 */
const isRetiring = (
  previous: ClientCredential,
  { retiringLeaf: leaf, retiringChain: chain }: Suspect,
): boolean => leaf !== undefined && isAsSeen(previous, { leaf, chain });

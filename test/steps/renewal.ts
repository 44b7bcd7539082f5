import { activate } from '../../lambdas/activate.ts';
import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { Verification } from '../../lambdas/domain/document.ts';
import { undo } from '../../lambdas/undo.ts';
import { verify } from '../../lambdas/verify.ts';
import { HOST, type Scene, type SceneAnchor, type SceneClient, scopeInput } from './scene.ts';

export const WITHOUT_SEARCH = 'subject.common_name != "search"';

/** A client that runs on the old anchor, which has a renewal with the same key. */
export const onOld = (name: string, project = 'proj_a'): SceneClient => ({
  ...{ name, project, running: { anchor: 'cert_acme0' } },
});

/**
 * The old anchor and its renewal, each with its own filter. Both have the same key, so a host may check a
 * leaf against either (F7).
 */
export const renewal = (
  filter: string | undefined,
  before: string | undefined,
  { expires = 20, scopes = ['proj_a'] }: { expires?: number; scopes?: Scope[] } = {},
): SceneAnchor[] => [
  { id: 'cert_acme0', expires, in: scopes, ...(before && { filter: before }) },
  { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...(filter && { filter }) },
];

/** The ports of a scene on which a pause moves the clock. */
export const patiently = (set: Scene) => ({
  ...set.ports,
  hosts: [HOST],
  async pause(seconds: number) {
    set.time.now += seconds;
  },
});

type Planned = Awaited<ReturnType<Scene['plan']>>;
type Overlap = {
  scope?: Scope;
  /** Whether the run looks who is outside before the activation. The default is true. */
  looksFirst?: boolean;
  activating?: () => void;
  undoing?: () => void;
};

/**
 * Runs the overlap of one scope as its machine does: the look who is outside, the activation, the proof, and
 * the undo where the proof halts.
 */
export async function overlapOf(set: Scene, id: string, plan: Planned, how: Overlap = {}) {
  const ports = patiently(set);
  const input = scopeInput(id, plan, how.scope);
  const { looksFirst = true } = how;
  const begin = looksFirst ? { beforehand: await verify(ports, { ...input, moment: 'beforehand' }) } : {};
  how.activating?.();
  const activation = await activate(ports, { ...input, begin });
  let verification: Verification | null = null;
  const halt = await verify(ports, { ...input, begin, activation, moment: 'overlap' }).then(
    (seen) => {
      verification = seen;
      return null;
    },
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  if (halt) how.undoing?.();
  if (halt) await undo(ports, { ...input, begin, activation, halt });
  const { outside, provenAt } = Object(verification) as Partial<Verification>;
  return { error: halt?.Error ?? null, beforehand: begin.beforehand?.outside ?? [], outside, provenAt };
}

/** From now on, hosts hear of every change this many seconds late. Listings show it at once. */
export const hearingLate = (set: Scene, seconds: number): void =>
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : seconds));

import { activate } from '../../lambdas/activate.ts';
import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { Verification } from '../../lambdas/domain/document.ts';
import { undo } from '../../lambdas/undo.ts';
import { verify } from '../../lambdas/verify.ts';
import { HOST, type Scene, type SceneAnchor, type SceneClient, scopeInput } from './scene.ts';

export const WITHOUT_SEARCH = 'subject.common_name != "search"';

/** A client that runs on the anchor which a renewal of the same key takes the place of. */
export const onOld = (name: string, project = 'proj_a'): SceneClient => ({
  ...{ name, project, running: { anchor: 'cert_acme0' } },
});

/** The anchor of until now and its renewal, about which hosts may ask at once (F7), each with what its filter lets in. */
export const renewal = (
  filter: string | undefined,
  before: string | undefined,
  { expires = 20, scopes = ['proj_a'] }: { expires?: number; scopes?: Scope[] } = {},
): SceneAnchor[] => [
  { id: 'cert_acme0', expires, in: scopes, ...(before && { filter: before }) },
  { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...(filter && { filter }) },
];

/** A scene's ports, on which a pause passes the time. */
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
  /** Whether anybody asks who is outside before the activation. */
  looksFirst?: boolean;
  activating?: () => void;
  undoing?: () => void;
};

/** The overlap of one scope as its machine goes through it: who is outside, the activation, the proof, and the undo where it halts. */
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

/** From now on hosts hear so many seconds late of what is changed; listings show it at once. */
export const hearingLate = (set: Scene, seconds: number): void =>
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : seconds));

import type { JudgeContext, TrustEvent } from '../watch.ts';

/** Whether the deployment of the time names a client. Nobody has asked us to look after any other client. */
export const isNamed = (client: string, { replay }: Pick<JudgeContext, 'replay'>): boolean =>
  !replay.state.broken.has(`unnamed ${client}`);

/**
 * Whether a step of ours could not know of a client that it locks out: no deployment named the client when
 * the step began. An older plan is no excuse, since the configuration is read again before each cut (I1).
 */
export function isUnheardOf(
  client: string,
  { by, at }: Pick<TrustEvent, 'by' | 'at'>,
  context: Pick<JudgeContext, 'replay'>,
): boolean {
  const { invocations, namedAt } = context.replay.state;
  const began = typeof by === 'object' ? (invocations.get(by.invocation)?.at ?? at) : at;
  return !isNamed(client, context) || (namedAt.get(client) ?? 0) > began;
}

import type { NoPass } from '../cut/verdict.ts';

/**
 * The code of the 401 by which a host turns away a project that has its data in a region. Only that region's
 * host answers such a project.
 */
export const INCORRECT_HOSTNAME = 'incorrect_hostname';

/**
 * Returns the verdict of a host that does not answer a client's project, from the message beside that code.
 * It says nothing of the certificate, which may not have been looked at, or of the key, which may be good
 * elsewhere. So nobody waits for it, and nothing is taken back for it (I9). The message has no secrets any
 * more, and names the API's host of the region, such as `us.api.openai.com`.
 */
export function answeredElsewhere(message: string): Extract<NoPass, { kind: 'inconclusive' }> {
  const named = HOST_NAME.exec(message)?.[0];
  const told = named ? `its answer names ${named}` : 'its answer names none';
  const why = `this host does not answer the client's project, which another host answers (401 ${INCORRECT_HOSTNAME}; ${told}): state under "hosts" of the client those of mtlsHosts that answer it`;
  return { kind: 'inconclusive', why, isElsewhere: true };
}

/**
 * A host name of three labels or more, as the vendor's hosts have. The message comes from outside, and
 * nothing else of it is repeated (I14).
 */
const HOST_NAME = /(?<![\w.\]-])(?=.{1,100}\b)(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){2,5}[a-z]{2,12}\b/i;

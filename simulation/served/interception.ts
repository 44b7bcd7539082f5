import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * What to do instead of answering as usual. A Response is sent in place of the operation. `reset` cuts the
 * connection before the operation, `drop-reply` after it (the caller cannot tell). `garble` cuts the answer
 * short after it. A function may do anything with the connection, which is cut afterwards.
 */
export type Interception =
  | Response
  | 'reset'
  | 'drop-reply'
  | 'garble'
  | ((socket: Socket) => Promise<unknown>)
  | undefined;

/** Puts an interception into effect on a plain HTTP exchange; `pass` answers as usual. */
export async function interpose(
  instead: Interception,
  { socket }: IncomingMessage,
  response: ServerResponse,
  pass: () => unknown,
): Promise<void> {
  if (instead === 'reset') return void socket.destroy();
  if (instead instanceof Response) {
    response.writeHead(instead.status, Object.fromEntries(instead.headers)).end(await instead.text());
    return;
  }
  if (typeof instead === 'function') {
    await instead(socket);
    return void socket.destroy();
  }
  if (instead) endWith(response, instead === 'garble' ? 'half' : 'nothing');
  await pass();
}

/** The first half of an answer, which is no longer JSON. */
export const cutShort = (text: string): string => text.slice(0, Math.floor(text.length / 2));

/** Loses an answer in part or whole. What was done stays done. */
function endWith(response: ServerResponse, what: 'half' | 'nothing'): void {
  const end = response.end.bind(response);
  response.end = ((body: unknown) => {
    if (what === 'nothing') return response.destroy();
    if (!response.headersSent)
      for (const name of ['content-length', 'x-amz-crc32']) response.removeHeader(name);
    return end(cutShort(String(body ?? '')));
  }) as ServerResponse['end'];
}

/** A client's API key: its first one, or the one that its owner has rotated it to since. */
export const apiKeyOf = ({ name }: { name: string }, isRotated = false): string =>
  `sk-${name}${isRotated ? ROTATED : ''}`;

/** Whether a bearer is an API key that its owner has rotated to. */
export const isRotatedKey = (bearer: string): boolean => bearer.endsWith(ROTATED);

/** The name of the client whose API key a bearer is. */
export const clientOfKey = (bearer: string): string =>
  bearer.replace(/^sk-/, '').slice(0, isRotatedKey(bearer) ? -ROTATED.length : undefined);

const ROTATED = '.rotated';

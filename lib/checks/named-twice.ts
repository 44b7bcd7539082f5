import { nameOfSecret } from '../../lambdas/domain/secret-name.ts';

type Listed = { name: string; secret: string };

/**
 * Returns names and secrets that two clients share, or a client and the admin, at the field of the later one.
 */
export function namedTwice({
  adminSecret,
  clients,
  mustRefuse,
}: {
  adminSecret: string;
  clients: readonly Listed[];
  mustRefuse: readonly Listed[];
}): { path: (string | number)[]; message: string }[] {
  // Witnesses count as well. Every report tells a witness by its name, and Promote must not move its secret.
  const all = [
    ...clients.map((one, at) => ({ ...one, list: 'clients', at })),
    ...mustRefuse.map((one, at) => ({ ...one, list: 'mustRefuse', at })),
  ];
  const isSame = (one: string, other: string): boolean => nameOfSecret(one) === nameOfSecret(other);
  return all.flatMap(({ name, secret, list, at }, i) => {
    const before = all.slice(0, i);
    const wrong = (isWrong: boolean, key: string, message: string) =>
      isWrong ? [{ path: [list, at, key], message }] : [];
    const twin = before.find((one) => isSame(one.secret, secret));
    return [
      ...wrong(
        before.some((one) => one.name === name),
        'name',
        `"${name}" is the name of another client`,
      ),
      ...wrong(
        twin !== undefined,
        'secret',
        `"${secret}" is the secret of "${twin?.name}" as well as of "${name}"`,
      ),
      // Promote may move the version stages of client secrets, so the admin credential must not be one of
      // them.
      ...wrong(isSame(secret, adminSecret), 'secret', `"${secret}" is the admin secret`),
    ];
  });
}

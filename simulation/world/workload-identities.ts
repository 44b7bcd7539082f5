import { randomBytes } from 'node:crypto';

/** How long a token lives, in seconds: the longest that the vendor gives (F17). */
const LIFETIME = 3_600;

/** One token that was given to a service account; `at` and `until` are Unix seconds. */
type Issued = { account: string; at: number; until: number };

/**
 * The keyless workloads of an organization (F17): its identity providers, the account that each
 * identity stands for, and the tokens.
 */
export interface WorkloadIdentities {
  /** Adds a provider that derives an identity from a leaf by this CEL text. */
  addProvider(id: string, identity: string): void;
  /** Lets an identity of a provider, by its whole text, get tokens of an account, which acts in a project. */
  map(mapping: { provider: string; identity: string; account: string; project: string }): void;
  /** The CEL text of a provider; undefined for an unknown id. */
  identityOf(provider: string): string | undefined;
  /** The project of a service account; undefined for an unknown id. */
  projectOf(account: string): string | undefined;
  isMapped(provider: string, identity: string, account: string): boolean;
  /** A token for an account, bound to no certificate; `expiresIn` is in seconds. */
  issue(account: string): { token: string; expiresIn: number };
  /**
   * The project of a token, also of an expired one, and whether it has expired;
   * undefined for an unknown token.
   */
  ownerOf(token: string): { project: string; isExpired: boolean } | undefined;
  /** Every token that was ever given, without its text. */
  readonly issued: readonly Issued[];
}

/**
 * Makes an organization without any keyless workload. Its clock is `now` (Unix seconds), and
 * `newToken` makes a token's text.
 */
export function createWorkloadIdentities({
  now,
  newToken = randomToken,
}: {
  now: () => number;
  newToken?: () => string;
}): WorkloadIdentities {
  const providers = new Map<string, string>();
  const accounts = new Map<string, string>();
  const mapped = new Map<string, string>();
  const tokens = new Map<string, Issued>();
  const issued: Issued[] = [];
  const keyOf = (provider: string, identity: string): string => JSON.stringify([provider, identity]);
  return {
    issued,
    addProvider: (id, identity) => void providers.set(id, identity),
    map({ provider, identity, account, project }) {
      accounts.set(account, project);
      mapped.set(keyOf(provider, identity), account);
    },
    identityOf: (provider) => providers.get(provider),
    projectOf: (account) => accounts.get(account),
    isMapped: (provider, identity, account) => mapped.get(keyOf(provider, identity)) === account,
    issue(account) {
      const [token, one] = [newToken(), { account, at: now(), until: now() + LIFETIME }];
      tokens.set(token, one);
      issued.push(one);
      return { token, expiresIn: LIFETIME };
    },
    ownerOf(token) {
      const one = tokens.get(token);
      const project = one && accounts.get(one.account);
      return project === undefined
        ? undefined
        : { project, isExpired: one !== undefined && one.until <= now() };
    },
  };
}

/** The vendor's token host, as the storm's world has it. */
export const AUTH_HOST = 'https://mtls.auth.openai.com';

/** The prefix of each simulated token, so that one can be recognized where it must not be. */
export const TOKEN_PREFIX = 'simulated-token-';

const randomToken = (): string => TOKEN_PREFIX + randomBytes(32).toString('base64url');

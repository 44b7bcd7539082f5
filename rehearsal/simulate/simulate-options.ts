import type { RefusesAs } from '../../simulation/certificates/token-exchange.ts';
import type { AdminLimits } from '../../simulation/served/admin-limits.ts';
import type { CertificatesApiOptions } from '../../simulation/served/certificates-api.ts';

/** How the sample organization is served. */
export type SimulateOptions = {
  now?: () => number;
  /** How many projects there are. When absent, four. */
  projects?: number;
  /** API calls a minute. Calls beyond that are refused with `Retry-After`. */
  rateLimit?: number;
  /** Milliseconds that each answer of the API and of the host takes. */
  latency?: number;
  /**
   * The API's port. The host has the next one, the token host the one after it, and then come the hosts of
   * regions. When absent, free ports.
   */
  port?: number;
  /** How the token host says that mutual TLS refused a caller. */
  refusesAs?: RefusesAs;
  /** Anchors' CEL filters by id (F16), as `parseFilters` reads them. When absent, none. */
  filters?: unknown;
  /** The file that they come from, for error messages. */
  filtersFile?: string;
  /** Projects' residencies by id, as `withResidencies` reads them. When absent, none. */
  residencies?: unknown;
  residenciesFile?: string;
} & AdminLimits &
  Pick<CertificatesApiOptions, 'toggleShape' | 'maxPageSize'>;

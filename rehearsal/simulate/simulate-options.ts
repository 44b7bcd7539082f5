import type { RefusesAs } from '../../simulation/certificates/token-exchange.ts';
import type { AdminLimits } from '../../simulation/served/admin-limits.ts';
import type { CertificatesApiOptions } from '../../simulation/served/certificates-api.ts';

/** How the sample organization is served. */
export type SimulateOptions = {
  now?: () => number;
  /** How many projects there are; four unless told. */
  projects?: number;
  /** API calls a minute; what comes beyond is refused with `Retry-After`. */
  rateLimit?: number;
  /** Milliseconds that each answer takes, of the API and of the host. */
  latency?: number;
  /** The API's port, the host's is the next one, the token host's the one after it, and then those of regions; free ones unless told. */
  port?: number;
  /** How the token host says that mutual TLS refused a caller. */
  refusesAs?: RefusesAs;
  /** Anchors' CEL filters by their ids (F16), as `parseFilters` reads them; none unless told. */
  filters?: unknown;
  /** The file that they are of, for what is said of a wrong one. */
  filtersFile?: string;
  /** Projects' residencies by their ids, as `parseResidencies` reads them; none unless told. */
  residencies?: unknown;
  residenciesFile?: string;
} & AdminLimits &
  Pick<CertificatesApiOptions, 'toggleShape' | 'maxPageSize'>;

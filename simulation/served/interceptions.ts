import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { AwsIntercept } from './aws-endpoints.ts';
import type { CertificatesApiOptions } from './certificates-api.ts';
import type { ObjectIntercept } from './object-endpoint.ts';
import type { TableIntercept } from './table-endpoint.ts';
import type { TokenHostOptions } from './token-host.ts';
import type { TrafficHostOptions } from './traffic-host.ts';

/** What intercepts API calls, client traffic, exchanges, and the functions' AWS calls. */
export type Interceptions = {
  api?: CertificatesApiOptions['intercept'];
  traffic?: TrafficHostOptions['intercept'];
  tokens?: TokenHostOptions['intercept'];
  aws?: AwsIntercept;
  table?: TableIntercept;
  objects?: ObjectIntercept;
};

/** Returns the interceptions for an organization, which they may change as an outsider would. */
export type Intercept = (organization: SimulatedOrganization) => Interceptions;

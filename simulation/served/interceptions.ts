import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { AwsIntercept } from './aws-endpoints.ts';
import type { CertificatesApiOptions } from './certificates-api.ts';
import type { ObjectIntercept } from './object-endpoint.ts';
import type { TableIntercept } from './table-endpoint.ts';
import type { TokenHostOptions } from './token-host.ts';
import type { TrafficHostOptions } from './traffic-host.ts';

/** What gets in the way of API calls, of client traffic, of exchanges, and of the functions' AWS calls. */
export type Interceptions = {
  api?: CertificatesApiOptions['intercept'];
  traffic?: TrafficHostOptions['intercept'];
  tokens?: TokenHostOptions['intercept'];
  aws?: AwsIntercept;
  table?: TableIntercept;
  objects?: ObjectIntercept;
};

/** Puts something in the way in an organization, which it may change as an outsider would. */
export type Intercept = (organization: SimulatedOrganization) => Interceptions;

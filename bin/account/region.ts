import { awsClientSettings } from '../../lambdas/adapters/aws/aws.ts';
import { shown } from '../../lambdas/domain/bad-fields.ts';
import { REGION } from '../../lib/checks/regions.ts';

/**
 * The settings of an AWS client in a region, or in the region of the usual AWS settings when none is given.
 */
export const settingsIn = (region: string | undefined) => ({
  ...awsClientSettings,
  logger: LOGGER,
  ...(region ? { region } : environmentsRegion()),
});

/**
 * Rejects a malformed `AWS_REGION`. Without this check the SDK uses it, and an emulator answers in any
 * region. The error has the SDK's own words, so that `wrongRegion` recognizes it.
 */
function environmentsRegion(): { region?: () => Promise<string> } {
  const { AWS_REGION: region } = process.env;
  if (!region || REGION.test(region)) return {};
  return { region: () => Promise.reject(new Error(`Region not accepted: region="${region}"`)) };
}

/** Prints the SDK's warnings in one line each. For two sources of credentials the SDK prints seven lines. */
const LOGGER = {
  ...{ trace: () => {}, debug: () => {}, info: () => {}, error: () => {} },
  warn: (said: unknown) => console.warn(`windlass: ${briefly(String(said))}`),
};

const briefly = (said: string): string =>
  /Multiple credential sources/.test(said)
    ? `AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: profile ${shown(process.env.AWS_PROFILE)} counts; unset one of them`
    : said.replace(/\s+/g, ' ').trim();

/**
 * Explains what is wrong with the region, given the SDK's message. Null when the message is about something
 * else.
 */
export function wrongRegion(said: string): string | null {
  const [isAboutRegion, region = ''] = /Region (?:is missing|not accepted: region="(.*?)")/.exec(said) ?? [];
  if (!isAboutRegion) return null;
  if (region.trim()) return `"${region}" is not an AWS region: set AWS_REGION to one such as eu-west-1`;
  // A profile that does not exist has no region either.
  const profile = process.env.AWS_PROFILE;
  return profile
    ? `no AWS region: profile ${profile} is not there, or has none; set AWS_REGION`
    : 'no AWS region: set AWS_REGION';
}

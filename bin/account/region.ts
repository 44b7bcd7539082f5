import { awsClientSettings } from '../../lambdas/adapters/aws/aws.ts';
import { shown } from '../../lambdas/domain/bad-fields.ts';
import { REGION } from '../../lib/checks/regions.ts';

/** The settings of an AWS client in a region; in the one of the usual AWS settings where none is said. */
export const settingsIn = (region: string | undefined) => ({
  ...awsClientSettings,
  logger: LOGGER,
  ...(region ? { region } : environmentsRegion()),
});

/** An emulator answers in any region, and the SDK asks what is none. The SDK's own words for such a one lead to what is said of it. */
function environmentsRegion(): { region?: () => Promise<string> } {
  const { AWS_REGION: region } = process.env;
  if (!region || REGION.test(region)) return {};
  return { region: () => Promise.reject(new Error(`Region not accepted: region="${region}"`)) };
}

/** What the SDK warns of, in one line. Of two sources of credentials it says seven. */
const LOGGER = {
  ...{ trace: () => {}, debug: () => {}, info: () => {}, error: () => {} },
  warn: (said: unknown) => console.warn(`windlass: ${briefly(String(said))}`),
};

const briefly = (said: string): string =>
  /Multiple credential sources/.test(said)
    ? `AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: profile ${shown(process.env.AWS_PROFILE)} counts; unset one of them`
    : said.replace(/\s+/g, ' ').trim();

/** What is wrong with the region where the SDK has stumbled over it, in what it said; null where that is about anything else. */
export function wrongRegion(said: string): string | null {
  const [isAboutRegion, region = ''] = /Region (?:is missing|not accepted: region="(.*?)")/.exec(said) ?? [];
  if (!isAboutRegion) return null;
  if (region.trim()) return `"${region}" is not an AWS region: set AWS_REGION to one such as eu-west-1`;
  // A profile that nobody has written down has none either.
  const profile = process.env.AWS_PROFILE;
  return profile
    ? `no AWS region: profile ${profile} is not there, or has none; set AWS_REGION`
    : 'no AWS region: set AWS_REGION';
}

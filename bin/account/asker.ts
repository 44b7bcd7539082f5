import type { WindlassError } from '../../lambdas/domain/errors.ts';

/**
 * Whether an error is due to the credentials or the place of the person who asks. The functions have roles of
 * their own, so for them the same call may work.
 */
export const isOfTheAsker = ({ name, message }: WindlassError): boolean =>
  name === 'AwsRefused' ||
  name === 'InvalidInput' ||
  (name === 'InvalidConfiguration' && /\bDecryptionFail/.test(message));

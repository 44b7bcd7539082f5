import type { WindlassError } from '../../lambdas/domain/errors.ts';

/** True where whoever asks may not, or cannot from here: the functions have roles of their own, which may. */
export const isOfTheAsker = ({ name, message }: WindlassError): boolean =>
  name === 'AwsRefused' ||
  name === 'InvalidInput' ||
  (name === 'InvalidConfiguration' && /\bDecryptionFail/.test(message));

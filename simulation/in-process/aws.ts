import type { WireFault } from '../world/fault-kinds.ts';
import { type Wire, type WireCall, WireFailure } from './wire.ts';

/** Carries a call of an AWS client. A failure has the name that the SDK would give it. */
export async function carried<T>(wire: Wire, call: WireCall, act: () => T): Promise<T> {
  try {
    return await wire(call, act);
  } catch (error) {
    if (!(error instanceof WireFailure)) throw error;
    throw Object.assign(new Error(error.message), { name: names[error.fault] });
  }
}

const names: Record<WireFault, string> = {
  timeout: 'TimeoutError',
  reset: 'NetworkingError',
  '429': 'ThrottlingException',
  '500': 'InternalServerError',
  '503': 'ServiceUnavailableException',
  page: 'Unknown',
  malformed: 'SyntaxError',
};

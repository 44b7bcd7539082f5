const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  EEXIST: 'a part of its path is not a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EFBIG: 'a file may not be that large here',
  EIO: 'the device or the terminal is gone',
};

/** What the operating system said about a file, in plain words. */
export const reasonOf = (error: unknown): string => {
  const code = codeOf(error);
  return REASONS[code] ?? (code || 'unknown reason');
};

/**
 * Whether nothing can be written because there is no room or the file system is read-only. That is no bug.
 */
export const isOutOfRoom = (error: unknown): error is Error & { path?: string } =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'].includes(codeOf(error));

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

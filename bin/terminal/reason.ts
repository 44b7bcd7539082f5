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

/** What the operating system said of a file, in plain words. */
export const reasonOf = (error: unknown): string => {
  const code = codeOf(error);
  return REASONS[code] ?? (code || 'unknown reason');
};

/** True where there is no room to write any more: that is no bug, whoever was writing. */
export const isOutOfRoom = (error: unknown): error is Error & { path?: string } =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'].includes(codeOf(error));

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

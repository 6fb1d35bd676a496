/** Whether a version such as `3.1.0` is at least `[major, minor]`. */
export function isAtLeast(version: string, [major, minor]: readonly [major: number, minor: number]): boolean {
  const [ofMajor = 0, ofMinor = 0] = version.split('.').map(Number);
  return ofMajor > major || (ofMajor === major && ofMinor >= minor);
}

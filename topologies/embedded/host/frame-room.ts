const SLAB = 1 << 16;

let slab = new ArrayBuffer(SLAB);
let used = 0;

/**
 * Zeroed bytes for a frame, cut from a larger piece: beyond 64 bytes an array of its own costs several times as much. A piece
 * is never cut twice, and is given back when the last frame of it is.
 */
export function roomFor(size: number): Uint8Array {
  if (size > SLAB) return new Uint8Array(size);
  if (used + size > SLAB) {
    slab = new ArrayBuffer(SLAB);
    used = 0;
  }
  const room = new Uint8Array(slab, used, size);
  used = (used + size + 7) & ~7;
  return room;
}

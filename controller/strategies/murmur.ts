/**
 * MurmurHash3 x86 32-bit (Austin Appleby, 2011, public domain) over 32-bit blocks: the same number in every process. Used as
 * `finish(absorb(absorb(seed, a), b), 2)`.
 */
export function absorb(hash: number, block: number): number {
  let mixed = Math.imul(block, 0xcc9e2d51);
  mixed = (mixed << 15) | (mixed >>> 17);
  const joined = hash ^ Math.imul(mixed, 0x1b873593);
  return (Math.imul((joined << 13) | (joined >>> 19), 5) + 0xe6546b64) | 0;
}

/** Each UTF-16 unit of a text as a block. */
export function absorbText(hash: number, text: string): number {
  let mixed = hash;
  for (let i = 0; i < text.length; i++) mixed = absorb(mixed, text.charCodeAt(i));
  return mixed;
}

/** Unsigned 32 bits, of so many blocks. */
export function finish(hash: number, blocks: number): number {
  let mixed = hash ^ (4 * blocks);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export function hashText(text: string, seed = 0): number {
  return finish(absorbText(seed, text), text.length);
}

import type { MessageOf } from '../codec.ts';
import { OFP_VERSION } from '../protocol/hello.ts';

/** The HELLO we send: OpenFlow 1.3, said in the header and in the bitmap (6.3.1). */
export const HELLO = { type: 'hello', elements: [{ type: 'versionBitmap', bitmaps: [1 << OFP_VERSION] }] } as const;

/** The versions a HELLO offers: by its bitmap, or its header's version alone. */
export function versionsOf(hello: MessageOf<'hello'>, headerVersion: number): readonly number[] {
  const bitmap = hello.elements.find(element => element.type === 'versionBitmap');
  if (bitmap === undefined || bitmap.bitmaps.length === 0) return [headerVersion];
  return bitmap.bitmaps.flatMap((word, w) =>
    Array.from({ length: 32 }, (_, bit) => bit).flatMap(bit => ((word >>> bit) & 1 ? [32 * w + bit] : [])),
  );
}

/** Whether both sides can speak 1.3: it is in the bitmap; without a bitmap the smaller of both versions counts (6.3.1). */
export function agrees(hello: MessageOf<'hello'>, headerVersion: number): boolean {
  const versions = versionsOf(hello, headerVersion);
  const hasBitmap = hello.elements.some(element => element.type === 'versionBitmap' && element.bitmaps.length > 0);
  return hasBitmap ? versions.includes(OFP_VERSION) : headerVersion >= OFP_VERSION;
}

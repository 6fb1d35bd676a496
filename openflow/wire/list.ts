import type { AnyCodec, Codec } from './codec.ts';
import { DecodeError, EncodeError, within } from './errors.ts';

/** Elements up to the end of the window. Each has to take at least one byte. */
export function list<Out, In>(item: Codec<Out, In>, max = Number.POSITIVE_INFINITY): Codec<readonly Out[], readonly In[]> {
  return {
    shape: { kind: 'list', item: item as AnyCodec, max },
    read(r) {
      const out: Out[] = [];
      while (r.pos < r.end) {
        const at = r.pos;
        if (out.length === max) throw new DecodeError('TOO_LARGE', at, `more than ${max} elements`);
        try {
          out.push(item.read(r));
        } catch (error) {
          throw within(error, out.length);
        }
        if (r.pos <= at) throw new DecodeError('BAD_LENGTH', at, 'an element of no bytes').within(out.length - 1);
      }
      return out;
    },
    write(w, values) {
      if (!Array.isArray(values)) throw new EncodeError('needs a list');
      for (let i = 0; i < values.length; i++) {
        try {
          item.write(w, values[i]);
        } catch (error) {
          throw within(error, i);
        }
      }
    },
  };
}

/** A 16-bit length of what follows, `gap` bytes of padding, then that many bytes of `codec`. */
export function prefixed<Out, In>(codec: Codec<Out, In>, gap = 0): Codec<Out, In> {
  return {
    shape: { kind: 'inside', of: codec as AnyCodec },
    read(r) {
      const length = r.u16();
      r.advance(gap);
      if (length > r.left)
        throw new DecodeError('BAD_LENGTH', r.pos - gap - 2, `a length of ${length}, ${r.left} bytes are there`);
      const outer = r.end;
      r.end = r.pos + length;
      const value = codec.read(r);
      if (r.pos !== r.end) throw new DecodeError('BAD_LENGTH', r.pos, `${r.end - r.pos} bytes are left over`);
      r.end = outer;
      return value;
    },
    write(w, value) {
      const at = w.advance(2);
      w.zeros(gap);
      const start = w.pos;
      codec.write(w, value);
      w.patchU16(at, w.pos - start);
    },
  };
}

/** How deep layouts may stand inside themselves (actions in actions). */
export const MAX_DEPTH = 16;

/** A layout that is defined later and may contain itself: for actions inside actions. */
export function nested<Out, In>(get: () => Codec<Out, In>, name: string): Codec<Out, In> {
  return {
    shape: { kind: 'named', name },
    read(r) {
      if (r.depth >= MAX_DEPTH) throw new DecodeError('TOO_LARGE', r.pos, `more than ${MAX_DEPTH} levels inside each other`);
      r.depth++;
      const value = get().read(r);
      r.depth--;
      return value;
    },
    write(w, value) {
      if (w.depth >= MAX_DEPTH) throw new EncodeError(`more than ${MAX_DEPTH} levels inside each other`);
      w.depth++;
      try {
        get().write(w, value);
      } finally {
        w.depth--;
      }
    },
  };
}

/** Exactly `n` values. */
export function times<Out, In>(n: number, item: Codec<Out, In>): Codec<readonly Out[], readonly In[]> {
  return {
    shape: { kind: 'times', item: item as AnyCodec, count: n },
    size: item.size === undefined ? undefined : n * item.size,
    read: r => Array.from({ length: n }, () => item.read(r)),
    write(w, values) {
      if (!Array.isArray(values) || values.length !== n) throw new EncodeError(`needs ${n} values`);
      for (const value of values) item.write(w, value);
    },
  };
}

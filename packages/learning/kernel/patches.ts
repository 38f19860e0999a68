// Images lie row by row, in a row pixel by pixel, channels innermost. The stride is 1 and the border
// is zeros so that the output is as large as the input ("same" padding, odd windows).

/** Row p of `patches` is the window around pixel p: window rows, window columns, channels. */
export function imageToPatches(
  height: i32,
  width: i32,
  channels: i32,
  window: i32,
  image: i32,
  patches: i32,
): void {
  const reach = window >> 1;
  let to = (<usize>patches) << 2;
  const pixel = (<usize>channels) << 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = max(0, reach - x);
      const last = min(window, width + reach - x);
      const before = <usize>first * pixel;
      const inside = <usize>(last - first) * pixel;
      const after = <usize>(window - last) * pixel;
      for (let i = y - reach; i <= y + reach; i++) {
        if (i < 0 || i >= height) {
          memory.fill(to, 0, <usize>window * pixel);
          to += <usize>window * pixel;
          continue;
        }
        for (const end = to + before; to < end; to += 4) store<f32>(to, 0);
        let from = ((<usize>image) << 2) + <usize>(i * width + x - reach + first) * pixel;
        const end = to + inside;
        for (; to + 16 <= end; to += 16) {
          v128.store(to, v128.load(from));
          from += 16;
        }
        for (; to < end; to += 4) {
          store<f32>(to, load<f32>(from));
          from += 4;
        }
        for (const end = to + after; to < end; to += 4) store<f32>(to, 0);
      }
    }
  }
}

/** Adds every window back to where it came from, in the same order. */
export function patchesToImage(
  height: i32,
  width: i32,
  channels: i32,
  window: i32,
  image: i32,
  patches: i32,
): void {
  const reach = window >> 1;
  const pixel = (<usize>channels) << 2;
  let from = (<usize>patches) << 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = max(0, reach - x);
      const last = min(window, width + reach - x);
      for (let i = y - reach; i <= y + reach; i++) {
        const next = from + <usize>window * pixel;
        if (i >= 0 && i < height) {
          from += <usize>first * pixel;
          let to = ((<usize>image) << 2) + <usize>(i * width + x - reach + first) * pixel;
          const end = to + <usize>(last - first) * pixel;
          for (; to + 16 <= end; to += 16) {
            v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
            from += 16;
          }
          for (; to < end; to += 4) {
            store<f32>(to, load<f32>(to) + load<f32>(from));
            from += 4;
          }
        }
        from = next;
      }
    }
  }
}

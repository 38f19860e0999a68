// Images lie row by row, in a row pixel by pixel, channels innermost. The stride is 1 and the border
// is zeros so that the output is as large as the input ("same" padding, odd windows).

/** Row p of `columns` is the window around pixel p: window rows, window columns, channels. */
export function im2col(
  height: i32,
  width: i32,
  channels: i32,
  window: i32,
  image: i32,
  columns: i32,
): void {
  const reach = window >> 1;
  let to = (<usize>columns) << 2;
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

/** Sets the image to zero and adds every window back to where it came from, in im2col's order. */
export function col2im(
  height: i32,
  width: i32,
  channels: i32,
  window: i32,
  columns: i32,
  image: i32,
): void {
  const reach = window >> 1;
  const pixel = (<usize>channels) << 2;
  memory.fill((<usize>image) << 2, 0, <usize>(height * width) * pixel);
  let from = (<usize>columns) << 2;
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

/** The largest of each size × size square; rows and columns that fill no square are left out. */
export function maxPool(height: i32, width: i32, channels: i32, size: i32, x: i32, y: i32): void {
  let to = (<usize>y) << 2;
  for (let row = 0; row + size <= height; row += size) {
    for (let column = 0; column + size <= width; column += size) {
      for (let channel = 0; channel < channels; channel++) {
        let highest = load<f32>((<usize>(x + (row * width + column) * channels + channel)) << 2);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const at = x + ((row + i) * width + column + j) * channels + channel;
            const value = load<f32>((<usize>at) << 2);
            if (value > highest) highest = value;
          }
        }
        store<f32>(to, highest);
        to += 4;
      }
    }
  }
}

/** Each error goes to the first place of its square that holds the largest value. */
export function maxPoolBackward(
  height: i32,
  width: i32,
  channels: i32,
  size: i32,
  x: i32,
  y: i32,
  dy: i32,
  dx: i32,
): void {
  memory.fill((<usize>dx) << 2, 0, (<usize>(height * width * channels)) << 2);
  let pooled: usize = 0;
  for (let row = 0; row + size <= height; row += size) {
    for (let column = 0; column + size <= width; column += size) {
      for (let channel = 0; channel < channels; channel++) {
        const highest = load<f32>(((<usize>y) << 2) + pooled);
        let open = true;
        for (let i = 0; i < size && open; i++) {
          for (let j = 0; j < size && open; j++) {
            const at = ((row + i) * width + column + j) * channels + channel;
            if (load<f32>((<usize>(x + at)) << 2) == highest) {
              store<f32>((<usize>(dx + at)) << 2, load<f32>(((<usize>dy) << 2) + pooled));
              open = false;
            }
          }
        }
        pooled += 4;
      }
    }
  }
}

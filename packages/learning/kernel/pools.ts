// Four channels at a time, the rest one by one; a number is larger than another only by `>`, so
// the first of equal numbers wins, and a NaN never does.

/** The largest of each size × size square; rows and columns that fill no square are left out. */
export function maxPool(
  height: i32,
  width: i32,
  channels: i32,
  size: i32,
  image: i32,
  pooled: i32,
): void {
  let to = (<usize>pooled) << 2;
  const pixel = (<usize>channels) << 2;
  for (let y = 0; y + size <= height; y += size) {
    for (let x = 0; x + size <= width; x += size) {
      const first = ((<usize>image) << 2) + <usize>(y * width + x) * pixel;
      let channel: usize = 0;
      for (; channel + 16 <= pixel; channel += 16) {
        let largest = v128.load(first + channel);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const value = v128.load(first + channel + <usize>(i * width + j) * pixel);
            largest = v128.bitselect(value, largest, f32x4.gt(value, largest));
          }
        }
        v128.store(to, largest);
        to += 16;
      }
      for (; channel < pixel; channel += 4) {
        let largest = load<f32>(first + channel);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const value = load<f32>(first + channel + <usize>(i * width + j) * pixel);
            if (value > largest) largest = value;
          }
        }
        store<f32>(to, largest);
        to += 4;
      }
    }
  }
}

/** Each number of `pooled` goes to the first largest pixel of its square; all others become 0. */
export function maxPoolGradient(
  height: i32,
  width: i32,
  channels: i32,
  size: i32,
  image: i32,
  pooled: i32,
  gradient: i32,
): void {
  const pixel = (<usize>channels) << 2;
  memory.fill((<usize>gradient) << 2, 0, <usize>(height * width) * pixel);
  let from = (<usize>pooled) << 2;
  for (let y = 0; y + size <= height; y += size) {
    for (let x = 0; x + size <= width; x += size) {
      const offset = <usize>(y * width + x) * pixel;
      const first = ((<usize>image) << 2) + offset;
      const to = ((<usize>gradient) << 2) + offset;
      let channel: usize = 0;
      for (; channel + 16 <= pixel; channel += 16) {
        spreadFour(first + channel, to + channel, width, size, pixel, v128.load(from));
        from += 16;
      }
      for (; channel < pixel; channel += 4) {
        let largest: usize = 0;
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const at = <usize>(i * width + j) * pixel;
            if (load<f32>(first + channel + at) > load<f32>(first + channel + largest))
              largest = at;
          }
        }
        store<f32>(to + channel + largest, load<f32>(from));
        from += 4;
      }
    }
  }
}

/** For four channels of one square: finds which tap is largest in each lane, then writes all taps. */
function spreadFour(
  first: usize,
  to: usize,
  width: i32,
  size: i32,
  pixel: usize,
  value: v128,
): void {
  let largest = v128.load(first);
  let where = i32x4.splat(0);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const tap = v128.load(first + <usize>(i * width + j) * pixel);
      const larger = f32x4.gt(tap, largest);
      largest = v128.bitselect(tap, largest, larger);
      where = v128.bitselect(i32x4.splat(i * size + j), where, larger);
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const here = i32x4.eq(where, i32x4.splat(i * size + j));
      v128.store(to + <usize>(i * width + j) * pixel, v128.and(value, here));
    }
  }
}

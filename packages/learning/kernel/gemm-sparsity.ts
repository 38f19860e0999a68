/**
 * Moves the steps of a strip of two rows that are not both zero to its front, and writes down for
 * each in `places` how many bytes into a strip of columns its sixteen elements lie. Backgrounds of
 * images and units that a relu shut make whole steps vanish; adding the product of a zero changes no
 * bit of a sum of finite numbers that began at zero. Without branches: where the zeros are is
 * chance.
 * @returns how many steps are left.
 */
export function dropZeroSteps(depth: i32, strip: usize, places: usize): i32 {
  let to = strip;
  let place = places;
  const end = strip + ((<usize>depth) << 3);
  let column = 0;
  for (let from = strip; from < end; from += 8) {
    const step = load<i64>(from);
    store<i64>(to, step);
    store<i32>(place, column);
    column += 64;
    const isLeft = <usize>(step != 0);
    to += isLeft << 3;
    place += isLeft << 2;
  }
  return <i32>((to - strip) >> 3);
}

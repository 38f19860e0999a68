import type { Address, ImageWindows, Kernel } from '../kernel.ts';

const { fround } = Math;

/** Patches and pools of images in plain TypeScript. */
export function createImages(
  memory: Pick<Kernel, 'floats'>,
): Pick<Kernel, 'imageToPatches' | 'patchesToImage' | 'maxPool' | 'maxPoolGradient'> {
  return {
    imageToPatches: (windows) => {
      const { floats } = memory;
      const { channels, image, other } = windows;
      eachTap(windows, (pixel, patch) => {
        if (pixel < 0) floats.fill(0, other + patch, other + patch + channels);
        else floats.copyWithin(other + patch, image + pixel, image + pixel + channels);
      });
    },
    patchesToImage: (windows) => {
      const { floats } = memory;
      const { channels, image, other } = windows;
      eachTap(windows, (pixel, patch) => {
        if (pixel < 0) return;
        for (let i = 0; i < channels; i++) {
          floats[image + pixel + i] = fround(
            (floats[image + pixel + i] as number) + (floats[other + patch + i] as number),
          );
        }
      });
    },
    maxPool: (windows) => {
      const { floats } = memory;
      eachPool(floats, windows, (out, largest) => {
        floats[windows.other + out] = floats[largest] as number;
      });
    },
    maxPoolGradient: ({ gradient, ...windows }) => {
      const { floats } = memory;
      const { height, width, channels, image, other } = windows;
      floats.fill(0, gradient, gradient + height * width * channels);
      eachPool(floats, windows, (out, largest) => {
        floats[gradient + largest - image] = floats[other + out] as number;
      });
    },
  };
}

/** Calls back with the offset of each tap's pixel, or −1 outside the image, and of its patch. */
function eachTap(windows: ImageWindows, tap: (pixel: number, patch: number) => void): void {
  const { height, width, channels, size } = windows;
  const reach = (size - 1) / 2;
  let patch = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let dy = -reach; dy <= reach; dy++) {
        const inRow = y + dy >= 0 && y + dy < height;
        for (let dx = -reach; dx <= reach; dx++) {
          const inside = inRow && x + dx >= 0 && x + dx < width;
          tap(inside ? ((y + dy) * width + x + dx) * channels : -1, patch);
          patch += channels;
        }
      }
    }
  }
}

/** Calls back with the offset of each pooled number and the address of the first largest pixel. */
function eachPool(
  floats: Float32Array,
  windows: ImageWindows,
  pooled: (out: number, largest: Address) => void,
): void {
  const { height, width, channels, size, image } = windows;
  let out = 0;
  for (let y = 0; y + size <= height; y += size) {
    for (let x = 0; x + size <= width; x += size) {
      for (let channel = 0; channel < channels; channel++) {
        let largest = image + (y * width + x) * channels + channel;
        for (let dy = 0; dy < size; dy++) {
          for (let dx = 0; dx < size; dx++) {
            const at = image + ((y + dy) * width + x + dx) * channels + channel;
            if ((floats[at] as number) > (floats[largest] as number)) largest = at;
          }
        }
        pooled(out++, largest);
      }
    }
  }
}

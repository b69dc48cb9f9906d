/** Pixels: red, green, blue (and alpha) in the first or the last axis, or a grey image. */
import { planesOf } from "../heat/image_model.js";

/** @type {import("./types.js").View} */
export const image = {
  id: "image",
  label: "Image",
  tools: ["range", "reduce"],
  fits(schema) {
    const planes = planesOf(schema);
    if (schema.kind !== "numbers" || !/[uf][1248]$/.test(schema.dtype) || !planes) return 0;
    if (planes.channel === null) return /u[12]$/.test(schema.dtype) ? 20 : 2;
    return rankOf(schema) - (planes.channel === 0 ? 1 : 0);
  },
  async load() {
    const { Picture } = await import("../heat/picture.js");
    return (root, actions) => new Picture(root, actions);
  },
};

/**
 * What an image is taken for at first: bytes of colours are one, floats may be anything.
 *
 * @param {import("../values/types.js").Schema} schema
 */
function rankOf({ dtype, how }) {
  // Nobody but an image asks for the mean of three axes.
  if (/u1$/.test(dtype) || how === "mean") return 90;
  return /u2$/.test(dtype) ? 60 : 3;
}

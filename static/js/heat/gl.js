/** Heat maps by WebGL 2: values as a float texture, the colour map in the shader. */
import { colourTable, NAN_COLOUR, STEPS, UNDER_COLOUR } from "./colormap.js";
import { MOST_PIXELS, textured, textureUnits, thinnedTo } from "./picture_model.js";
import { KINDS, linkProgram } from "./shader.js";

/**
 * @typedef {import("./colour_scale.js").ColourScale} ColourScale
 *
 * `span` is where on the canvas the picture lies, in shares of it; `pixels` the canvas's size.
 *
 * @typedef {object} Painting
 * @property {import("./picture_model.js").Picture} picture
 * @property {import("./stage.js").Span} span
 * @property {ColourScale} scale
 * @property {string} map
 * @property {{width: number, height: number}} pixels
 *
 * `release` lets go of the context: a browser gives a page few, and takes the oldest away.
 *
 * @typedef {{paint: (painting: Painting) => void, release: () => void}} Painter
 */

const NAMES = ["values", "colours", "kind", "range", "threshold", "none", "under", "span"];
/** Larger textures than these are slow to bring over, even where they could be. */
const LARGEST_TEXTURE = 8192;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} onLost
 * @returns {Painter | null} null where there is no WebGL 2
 */
export function glPainter(canvas, onLost) {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  const program = gl && linkProgram(gl);
  if (!gl || !program) return null;
  const released = new AbortController();
  canvas.addEventListener("webglcontextlost", onLost, { signal: released.signal });
  return new GlPainter(gl, program, released);
}

class GlPainter {
  #map = "";
  /** What the texture holds. */
  #held = { values: /** @type {ArrayLike<number>} */ ([]), origin: 0, unit: 0 };

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {WebGLProgram} program
   * @param {AbortController} released
   */
  constructor(gl, program, released) {
    this.gl = gl;
    this.released = released;
    this.places = new Map(NAMES.map((name) => [name, gl.getUniformLocation(program, name)]));
    this.most = Math.min(LARGEST_TEXTURE, gl.getParameter(gl.MAX_TEXTURE_SIZE) ?? MOST_PIXELS);
    gl.useProgram(program);
    makeTexture(gl, 1);
    makeTexture(gl, 0);
    gl.uniform1i(this.#place("values"), 0);
    gl.uniform1i(this.#place("colours"), 1);
    gl.uniform3fv(this.#place("none"), shares(NAN_COLOUR));
    gl.uniform3fv(this.#place("under"), shares(UNDER_COLOUR));
  }

  /** @param {Painting} painting */
  paint({ picture, span, scale, map, pixels }) {
    const { gl } = this;
    fitCanvas(/** @type {HTMLCanvasElement} */ (gl.canvas), pixels);
    this.#take(map);
    const { origin, unit } = this.#hold(picture, scale);
    gl.viewport(0, 0, pixels.width, pixels.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform1i(this.#place("kind"), KINDS[scale.kind]);
    gl.uniform2f(this.#place("range"), (scale.lo - origin) / unit, (scale.hi - origin) / unit);
    gl.uniform1f(this.#place("threshold"), scale.threshold / unit);
    gl.uniform4f(this.#place("span"), span.left, span.top, span.right, span.bottom);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  release() {
    this.released.abort();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** @param {string} name */
  #place(name) {
    return this.places.get(name) ?? null;
  }

  /** @param {string} map */
  #take(map) {
    if (map === this.#map) return;
    this.#map = map;
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE1);
    const table = colourTable(map);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, STEPS, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, table);
    gl.activeTexture(gl.TEXTURE0);
  }

  /**
   * Bring values into the texture, unless they are there.
   *
   * @param {import("./picture_model.js").Picture} picture
   * @param {ColourScale} scale
   */
  #hold(picture, scale) {
    const { gl } = this;
    const { origin, unit } = textureUnits(picture.values, scale);
    const held = this.#held;
    if (held.values === picture.values && held.origin === origin && held.unit === unit) return held;
    const { rows, columns, values } = thinnedTo(picture, this.most);
    const texels = textured(values, { origin, unit });
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, columns, rows, 0, gl.RED, gl.FLOAT, texels);
    this.#held = { values: picture.values, origin, unit };
    return this.#held;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} pixels
 */
export function fitCanvas(canvas, { width, height }) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** @param {number[]} colour */
function shares(colour) {
  return colour.map((channel) => channel / 255);
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {number} unit
 */
function makeTexture(gl, unit) {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  }
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
    gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  }
}

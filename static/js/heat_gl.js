/** Heat maps by WebGL 2: values as a float texture, the colour map in the shader. */
import { colourTable, NAN_COLOUR, STEPS } from "./colormap.js";
import { textured } from "./picture_model.js";

const VERTEX = `#version 300 es
out vec2 place;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  place = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D values;
uniform sampler2D colours;
uniform vec2 range;
uniform vec3 none;
in vec2 place;
out vec4 colour;
void main() {
  float value = texture(values, place).r;
  float share = clamp((value - range.x) / (range.y - range.x), 0.0, 1.0);
  vec2 entry = vec2((share * ${STEPS - 1}.0 + 0.5) / ${STEPS}.0, 0.5);
  colour = isnan(value) ? vec4(none, 1.0) : texture(colours, entry);
}`;

/**
 * @typedef {object} Painter
 * @property {(picture: import("./picture_model.js").Picture, range: import("./types.js").Range) => void} paint
 *
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} onLost
 * @returns {Painter | null} null where there is no WebGL 2
 */
export function glPainter(canvas, onLost) {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  const program = gl && linkProgram(gl);
  if (!gl || !program) return null;
  canvas.addEventListener("webglcontextlost", onLost);
  gl.useProgram(program);
  makeTexture(gl, 1);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, STEPS, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colourTable());
  makeTexture(gl, 0);
  gl.uniform1i(gl.getUniformLocation(program, "values"), 0);
  gl.uniform1i(gl.getUniformLocation(program, "colours"), 1);
  const [red = 0, green = 0, blue = 0] = NAN_COLOUR.map((channel) => channel / 255);
  gl.uniform3f(gl.getUniformLocation(program, "none"), red, green, blue);
  const rangePlace = gl.getUniformLocation(program, "range");
  return { paint: (picture, range) => paint(gl, rangePlace, picture, range) };
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {WebGLUniformLocation | null} rangePlace
 * @param {import("./picture_model.js").Picture} picture
 * @param {import("./types.js").Range} range
 */
function paint(gl, rangePlace, { rows, columns, values }, range) {
  const { texels, lo, hi } = textured(values, range);
  const { canvas } = gl;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  gl.viewport(0, 0, columns, rows);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, columns, rows, 0, gl.RED, gl.FLOAT, texels);
  gl.uniform2f(rangePlace, lo, hi);
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
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

/** @param {WebGL2RenderingContext} gl */
function linkProgram(gl) {
  const program = gl.createProgram();
  gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {number} type
 * @param {string} source
 */
function compile(gl, type, source) {
  const shader = /** @type {WebGLShader} */ (gl.createShader(type));
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

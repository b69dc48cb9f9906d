/**
 * The shader of heat maps: the formulas of colour_scale.js, for every pixel of the screen. A float
 * is tested for NaN by its bits: some drivers take `isnan` to be false throughout.
 */
import { STEPS } from "./colormap.js";

/** How the shader is told a scale's kind. */
export const KINDS = { linear: 0, log: 1, symlog: 2 };

const VERTEX = `#version 300 es
uniform vec4 span;
out vec2 place;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 share = mix(span.xy, span.zw, corner);
  place = corner;
  gl_Position = vec4(share.x * 2.0 - 1.0, 1.0 - share.y * 2.0, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D values;
uniform sampler2D colours;
uniform int kind;
uniform vec2 range;
uniform float threshold;
uniform vec3 none;
uniform vec3 under;
in vec2 place;
out vec4 colour;

float position(float value) {
  if (kind == ${KINDS.linear}) return value;
  if (kind == ${KINDS.log}) return log(value);
  return sign(value) * log(1.0 + abs(value) / threshold);
}

void main() {
  float value = texture(values, place).r;
  if ((floatBitsToUint(value) & 0x7fffffffu) > 0x7f800000u) {
    colour = vec4(none, 1.0);
  } else if (kind == ${KINDS.log} && value <= 0.0) {
    colour = vec4(under, 1.0);
  } else {
    float low = position(range.x);
    float held = clamp(value, range.x, range.y);
    float share = clamp((position(held) - low) / (position(range.y) - low), 0.0, 1.0);
    colour = texelFetch(colours, ivec2(int(share * ${STEPS - 1}.0 + 0.5), 0), 0);
  }
}`;

/**
 * @param {WebGL2RenderingContext} gl
 * @returns {WebGLProgram | null} null where it cannot be
 */
export function linkProgram(gl) {
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

/** One WebGL program that draws every node's shape by its distance function: kinds are told apart without hue. */
import { NodeProgram, type ProgramInfo } from 'sigma/rendering';
import type { NodeDisplayData, RenderParams } from 'sigma/types';
import { floatColor } from 'sigma/utils';
import { SHAPES, type Shape } from './graph';

const VERTEX = /* glsl */ `
attribute vec2 a_position;
attribute float a_size;
attribute float a_angle;
attribute float a_shape;
attribute float a_ring;
attribute vec4 a_color;
attribute vec4 a_back;
attribute vec4 a_mark;
attribute vec4 a_id;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec2 v_at;
varying float v_pixel;
varying float v_shape;
varying float v_ring;
varying vec4 v_color;
varying vec4 v_back;
varying vec4 v_mark;
varying vec4 v_id;
const float bias = 255.0 / 254.0;
void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 7.2;
  vec2 offset = size * vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + offset, 1)).xy, 0, 1);
  v_at = offset / size * 3.6;
  v_pixel = u_correctionRatio / size * 3.6;
  v_shape = a_shape;
  v_ring = a_ring;
  v_color = a_color; v_color.a *= bias;
  v_back = a_back; v_back.a *= bias;
  v_mark = a_mark; v_mark.a *= bias;
  v_id = a_id; v_id.a *= bias;
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
varying vec2 v_at;
varying float v_pixel;
varying float v_shape;
varying float v_ring;
varying vec4 v_color;
varying vec4 v_back;
varying vec4 v_mark;
varying vec4 v_id;
const vec4 clear = vec4(0.0);

float box(vec2 p, vec2 half_, float r) { vec2 d = abs(p) - half_ + r; return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0) - r; }
float diamond(vec2 p) { return (abs(p.x) + abs(p.y) - 1.05) * 0.7071; }
float triangle(vec2 p) { float s = max(abs(p.x) * 0.866 + p.y * 0.5, -p.y); return s - 0.62; }
float house(vec2 p) { float roof = (abs(p.x) * 0.62 + p.y - 0.82) * 0.85; return max(box(p - vec2(0.0, -0.05), vec2(0.85, 0.8), 0.06), roof); }

vec4 over(vec4 base, vec4 top, float d) {
  float a = (1.0 - smoothstep(-v_pixel, v_pixel, d)) * top.a;
  return vec4(mix(base.rgb, top.rgb, a), max(base.a, a));
}
vec4 outlined(vec4 base, float d, float width) { base = over(base, v_color, d); return over(base, v_back, d + width); }

void main(void) {
  vec2 p = v_at;
  float r = length(p);
  float d = r - 1.0;
  float shape = floor(v_shape + 0.5);
  if (shape == 0.0) d = box(p, vec2(1.0, 0.92), 0.2);
  else if (shape == 2.0) d = diamond(p);
  else if (shape == 3.0) d = house(p);
  else if (shape == 4.0) d = triangle(p);
  #ifdef PICKING_MODE
  gl_FragColor = d > 0.25 ? clear : v_id;
  #else
  vec4 color = clear;
  if (v_ring > 0.5) { color = over(color, v_mark, d - 0.42); color = over(color, v_back, d - 0.24); }
  if (shape == 0.0) {
    color = over(color, v_color, d);
    color = over(color, v_back, box(p - vec2(0.0, 0.02), vec2(0.36, 0.48), 0.06));
    color = over(color, v_color, box(p - vec2(0.0, -0.32), vec2(0.1, 0.18), 0.02));
    color = over(color, v_color, box(p - vec2(-0.14, 0.22), vec2(0.07, 0.07), 0.01));
    color = over(color, v_color, box(p - vec2(0.14, 0.22), vec2(0.07, 0.07), 0.01));
  } else if (shape == 1.0) {
    color = over(color, v_color, d);
    color = over(color, v_back, length(p - vec2(0.0, 0.28)) - 0.27);
    color = over(color, v_back, max(length((p - vec2(0.0, -0.62)) * vec2(0.9, 1.0)) - 0.5, -0.62 - p.y));
  } else if (shape == 2.0) color = outlined(color, d, 0.2);
  else if (shape == 3.0) color = over(color, v_color, d);
  else if (shape == 4.0) color = outlined(color, d, 0.18);
  else if (shape == 5.0) { color = outlined(color, d, 0.16); color = over(color, v_color, r - 0.62); color = over(color, v_back, r - 0.44); }
  else { color = over(color, v_color, box(p, vec2(0.72, 0.92), 0.12)); color = over(color, v_back, box(p, vec2(0.52, 0.72), 0.06)); color = over(color, v_color, box(p - vec2(0.0, 0.18), vec2(0.3, 0.06), 0.02)); color = over(color, v_color, box(p + vec2(0.0, 0.12), vec2(0.3, 0.06), 0.02)); }
  if (color.a < 0.01) discard;
  gl_FragColor = vec4(color.rgb * color.a, color.a);
  #endif
}`;

export interface ShapeData extends NodeDisplayData {
  shape: Shape;
  ring: boolean;
  back: string;
  mark: string;
}

const UNIFORMS = ['u_sizeRatio', 'u_correctionRatio', 'u_matrix'] as const;
type Uniform = (typeof UNIFORMS)[number];

export class NodeShape extends NodeProgram<Uniform> {
  getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
    const color = (name: string) => ({ name, size: 4, type: UNSIGNED_BYTE, normalized: true });
    const number = (name: string, size = 1) => ({ name, size, type: FLOAT });
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [number('a_position', 2), number('a_size'), number('a_shape'), number('a_ring'), color('a_color'), color('a_back'), color('a_mark'), color('a_id')],
      CONSTANT_ATTRIBUTES: [number('a_angle')],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    };
  }

  processVisibleItem(nodeIndex: number, start: number, data: NodeDisplayData): void {
    const shaped = data as ShapeData;
    const values = [data.x, data.y, data.size, SHAPES.indexOf(shaped.shape), shaped.ring ? 1 : 0, floatColor(data.color), floatColor(shaped.back), floatColor(shaped.mark), nodeIndex];
    this.array.set(values, start);
  }

  setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo<Uniform>): void {
    gl.uniform1f(uniformLocations.u_sizeRatio, params.sizeRatio);
    gl.uniform1f(uniformLocations.u_correctionRatio, params.correctionRatio);
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, params.matrix);
  }
}

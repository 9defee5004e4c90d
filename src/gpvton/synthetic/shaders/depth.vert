#version 330
// Shadow maps: places only; what has holes was left out of the mesh.
in vec3 position;
uniform mat4 camera;

void main() {
    gl_Position = camera * vec4(position, 1.0);
}

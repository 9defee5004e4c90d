#version 330
// Shadow maps: depth only, with the same holes as the picture.
in vec4 va;
in vec4 vb;
in vec4 vc;
uniform int material;

void main() {
    if ((material == 3 || material == 4) && vb.x < 0.0) discard;
    if (material == 0 && vc.y > 0.0) discard;
    if (material == 2 && va.z < 0.0) discard;
}

#version 330
// One vertex layout for everything; what a, b and c mean depends on the material (see passes.py).
in vec3 position;
in vec3 normal;
in vec4 a;
in vec4 b;
in vec4 c;
uniform mat4 camera;
out vec3 world;
out vec3 world_normal;
out vec4 va;
out vec4 vb;
out vec4 vc;
flat out float code;

#ifdef FAST
uniform vec4 style;
#include light.glsl
out vec3 v_sum;
out vec3 v_full;
out vec3 v_gloss;
#endif

void main() {
    gl_Position = camera * vec4(position, 1.0);
    world = position;
    world_normal = normal;
    va = a;
    vb = b;
    vc = c;
    code = c.z;
#ifdef FAST
    float polish = material == 1 ? 0.9 : material == 4 ? style.y : material == 0 ? 0.25 : 0.12;
    v_sum = v_full = v_gloss = vec3(0.0);
    if (material != 7)
        light_on(material, position + normal * (material == 0 && c.y > -0.07 ? 0.024 : 0.0), normalize(normal), normalize(b.xyz), polish, v_sum, v_full, v_gloss);
#endif
}

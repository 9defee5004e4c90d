// Light on a point: many directional lights, each with its own shadow map (one picture, 4 x 3).
const int LIGHTS = 12;
uniform sampler2DShadow shadows;
uniform mat4 light_matrix[LIGHTS];
uniform vec3 light_direction[LIGHTS];
uniform vec3 light_colour[LIGHTS];
uniform int light_count;
uniform vec3 eye;

float lit(int i, vec3 place, vec3 n) {
    vec4 p = light_matrix[i] * vec4(place + n * 0.006, 1.0);
    vec3 q = p.xyz * 0.5 + 0.5;
    if (any(lessThan(q.xy, vec2(0.002))) || any(greaterThan(q.xy, vec2(0.998)))) return 1.0;
    if (material == 5) {  // the ground has few vertices: soften what they see
        // style.w: reach of the softening; on a floor (style.x below 50) it grows away from the feet
        bool floor_here = style.x < 50.0;
        int taps = floor_here ? 16 : 4;
        float reach = style.w * (floor_here ? clamp(1.6 * length(place.xz), 0.3, 1.6) : 1.4);
        float soft = 0.0;
        for (int k = 0; k < taps; k++) {
            float turn = 2.39996 * float(k) + 0.7854, far = reach * sqrt((float(k) + 0.5) / float(taps));
            vec2 at = clamp(q.xy + far * vec2(cos(turn), sin(turn)), 0.002, 0.998);
            soft += textureLod(shadows, vec3((at + vec2(i % 4, i / 4)) / vec2(4.0, 3.0), q.z - 0.0015), 0.0);
        }
        return soft / float(taps);
    }
    vec2 tile_place = (q.xy + vec2(i % 4, i / 4)) / vec2(4.0, 3.0);
    return textureLod(shadows, vec3(tile_place, q.z - 0.0015), 0.0);
}

void light_on(int kind, vec3 place, vec3 n, vec3 strand, float polish,
              out vec3 sum, out vec3 full, out vec3 gloss) {
    sum = vec3(0.0);
    full = vec3(0.0);
    gloss = vec3(0.0);
    vec3 view = normalize(eye - place);
    float wrap = kind == 0 ? 0.25 : kind == 2 ? 0.35 : 0.06;
    float power = mix(8.0, 120.0, polish);
    for (int i = 0; i < light_count; i++) {
        float d = dot(n, light_direction[i]);
        float k = max(0.0, (d + wrap) / (1.0 + wrap));
        full += light_colour[i] * max(d, 0.0);
        if (k <= 0.0) continue;
        float shadow = lit(i, place, n);
        if (kind == 2) shadow = mix(0.45, 1.0, shadow);
        vec3 tint = kind == 0 ? vec3(k, mix(k, k * k, 0.16), mix(k, k * k, 0.22)) : vec3(k);
        sum += light_colour[i] * tint * shadow;
        vec3 h = normalize(light_direction[i] + view);
        if (kind == 2) {
            float t = dot(strand, h);
            gloss += light_colour[i] * shadow * pow(max(0.0, 1.0 - t * t), 40.0) * 0.35;
        } else {
            gloss += light_colour[i] * shadow * step(0.0, d) * pow(max(0.0, dot(n, h)), power) * polish;
        }
    }
}

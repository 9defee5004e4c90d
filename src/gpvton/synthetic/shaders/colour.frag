#version 330
// The picture and the albedo.  FAST takes the light from the vertices.
in vec3 world;
in vec3 world_normal;
in vec4 va;
in vec4 vb;
in vec4 vc;
#include surface.glsl
#ifdef FAST
in vec3 v_sum;
in vec3 v_full;
in vec3 v_gloss;
uniform vec3 eye;
#else
#include light.glsl
#endif
uniform vec3 ambient;
uniform vec2 viewport;
layout(location = 0) out vec4 picture;
layout(location = 1) out vec4 unshaded;

void main() {
    if (material == 7) {  // backdrop: no light
        picture = vec4(texture(tile, gl_FragCoord.xy / viewport).rgb, 1.0);
        unshaded = vec4(picture.rgb, 0.0);
        return;
    }
    if (material == 0 && vc.y > 0.0) discard;
    if (material == 5 && length(world.xz) > style.y) discard;
    Surface s = surface(va, vb, vc);
    if (s.alpha < 0.5) discard;
    vec3 n = normalize(world_normal);
    vec3 view = normalize(eye - world);
    bool inside = false;
    if (dot(n, view) < 0.0 && (material == 2 || !gl_FrontFacing)) { n = -n; inside = material == 3; }
#ifdef BUMP
    {
        vec2 uv = (max(vc.x, vc.y) > 0.0 ? va.zw : va.xy) * tile_scale.xy;
        float e = 1.0 / 512.0;
        float h = dot(texture(tile, uv).rgb, vec3(0.33));
        vec2 g = vec2(dot(texture(tile, uv + vec2(e, 0)).rgb, vec3(0.33)) - h,
                      dot(texture(tile, uv + vec2(0, e)).rgb, vec3(0.33)) - h);
        n = normalize(n - tile_scale.z * (g.x * vec3(1, 0, 0) + g.y * vec3(0, 1, 0)));
    }
#endif
#ifdef FAST
    vec3 sum = v_sum, full = v_full, gloss = v_gloss;
#else
    vec3 sum, full, gloss;
    light_on(material, world, n, normalize(vb.xyz), s.gloss, sum, full, gloss);
#endif
    float rim = pow(1.0 - max(0.0, dot(n, view)), 4.0);
    float sky = 0.75 + 0.25 * n.y;
    if (material == 5) {
        vec3 back = texture(tile, gl_FragCoord.xy / viewport).rgb;
        vec3 ratio = mix(vec3(1.0), (sum + ambient) / (full + ambient), style.z);
        float fade = smoothstep(style.y, style.x, length(world.xz));
        picture = vec4(back * pow(mix(vec3(1.0), ratio, fade), vec3(1.0 / 2.2)), 1.0);
        unshaded = vec4(back, 0.0);
        return;
    }
    vec3 albedo = pow(s.albedo, vec3(2.2));
    vec3 light = sum + ambient * sky;
    if (inside) light *= 0.45;
    float shine = material == 0 ? 0.16 : material == 1 ? 1.2 : material == 2 ? 0.5 : material == 4 ? 0.35 : 0.05;
    vec3 result = albedo * light + gloss * shine * (material == 2 ? albedo * 3.0 + 0.02 : vec3(0.5));
    result += rim * ambient * (material == 0 ? 0.10 : 0.06) * sqrt(albedo);
    picture = vec4(pow(clamp(result, 0.0, 1.0), vec3(1.0 / 2.2)), 1.0);
    unshaded = vec4(s.albedo, 1.0);
}

// Colour of a surface without light (albedo), its gloss, and where it has holes.
// material, set by the program: 0 skin, 1 eye, 2 hair, 3 garment, 4 shoe, 5 ground, 6 lashes
uniform vec3 colour;
uniform vec3 colour2;
uniform vec4 style;            // material dependent
uniform sampler2D tile;        // garment: repeating fabric; hair: strands; ground: background
uniform sampler2D decal_front; // garment: print, buttons, pockets; skin: painted face
uniform sampler2D decal_back;
uniform vec4 tile_scale;       // repeats per metre (x, y), bump, alpha use
uniform vec4 decal_frame;      // x0, y0, 1 / width, 1 / height in garment metres

float hash(vec3 p) {
    p = fract(p * 0.3183099 + 0.1);
    p *= 17.0;
    return fract(p.x * p.y * p.z * (p.x + p.y + p.z));
}

float noise(vec3 x) {
    vec3 i = floor(x), f = fract(x);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(mix(hash(i), hash(i + vec3(1, 0, 0)), f.x),
                   mix(hash(i + vec3(0, 1, 0)), hash(i + vec3(1, 1, 0)), f.x), f.y),
               mix(mix(hash(i + vec3(0, 0, 1)), hash(i + vec3(1, 0, 1)), f.x),
                   mix(hash(i + vec3(0, 1, 1)), hash(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}

struct Surface {
    vec3 albedo;
    float gloss;
    float alpha;
};

Surface skin_surface(vec4 a, vec4 c) {
    float mottle = noise(a.xyz * 60.0) * 0.5 + noise(a.xyz * 220.0) * 0.5 - 0.5;
    vec3 base = colour * (1.0 + 0.05 * mottle);
    base *= mix(vec3(1.0), vec3(1.03, 0.93, 0.92), 0.6 * smoothstep(0.4, 0.8, noise(a.xyz * 11.0)));
    vec2 uv = (a.xy - decal_frame.xy) * decal_frame.zw;
    vec4 paint = texture(decal_front, uv);
    float front = smoothstep(style.x - 0.01, style.x + 0.02, a.z);
    base = mix(base, paint.rgb, paint.a * front * step(0.5, c.x));
    base = mix(base, colour2, a.w * 0.75);
    return Surface(base, 0.25 + 0.25 * a.w, 1.0);
}

Surface eye_surface(vec4 a) {
    vec3 d = normalize(a.xyz);
    float r = length(d.xy);
    vec3 base = vec3(0.86, 0.83, 0.81) - 0.15 * smoothstep(0.3, 0.9, abs(d.x));
    float ring = smoothstep(0.46, 0.43, r);
    vec3 iris = colour * (0.55 + 0.9 * smoothstep(0.05, 0.45, r)) * (0.8 + 0.4 * hash(floor(vec3(atan(d.y, d.x) * 14.0))));
    iris *= 1.0 - 0.7 * smoothstep(0.38, 0.45, r);
    base = mix(base, iris, ring);
    base = mix(vec3(0.01), base, smoothstep(0.17, 0.2, r));
    base *= mix(0.45, 1.0, smoothstep(0.38, 0.02, d.y));
    return Surface(base, 0.9, d.z > 0.0 ? 1.0 : 1.0);
}

Surface hair_surface(vec4 a) {
    // a: across and along the strands (metres), edge field (hole below 0), depth of the layer
    vec2 uv = vec2(a.x * tile_scale.x, a.y * tile_scale.y);
    vec3 strand = texture(tile, uv).rgb;
    vec3 fine = texture(tile, uv * vec2(2.7, 1.3) + 0.37).rgb;
    float light = 0.5 * strand.r + 0.5 * fine.r;
    vec3 base = mix(colour * 0.55, colour2, light * light * 1.3) * mix(0.55, 1.0, a.w);
    float edge = a.z * style.x;
    return Surface(base, 0.5, edge > strand.g * style.y ? 1.0 : 0.0);
}

#ifdef PHOTOGRAPH
uniform vec2 photograph;       // one over width and height: tile is a picture of the whole garment
#endif

Surface garment_surface(vec4 a, vec4 b, vec4 c) {
#ifdef PHOTOGRAPH
    vec3 seen = texture(tile, (c.zw + 0.5) * photograph).rgb;
    return Surface(seen, 0.12, b.x < 0.0 ? 0.0 : 1.0);
#endif
    bool limb = max(c.x, c.y) > 0.0;
    vec2 metres = limb ? a.zw : a.xy;
    vec4 cloth = texture(tile, metres * tile_scale.xy);
    vec3 base = cloth.rgb;
#ifdef DECAL
    vec2 uv = (a.xy - decal_frame.xy) * decal_frame.zw;
    if (style.z < 0.5 || !limb) {
        vec4 mark = b.w > 0.0 ? texture(decal_front, uv) : texture(decal_back, uv);
        base = base * (1.0 - mark.a) + mark.rgb;
    }
#endif
    float rib = style.x > 0.0 ? smoothstep(style.x + 0.001, style.x - 0.001, b.y) : 0.0;
    base = mix(base, colour * (0.9 + 0.1 * cos(6.2832 * 260.0 * metres.x)), rib);
    float cuff = style.w > 0.0 ? smoothstep(style.w + 0.001, style.w - 0.001, b.z) : 0.0;
    base = mix(base, colour2, cuff);
    float stitch = smoothstep(0.0022, 0.0006, abs(b.z - style.y)) * step(0.001, style.y);
    stitch = max(stitch, step(0.001, style.x) * smoothstep(0.0025, 0.0006, abs(b.y - style.x)));
    float seam = smoothstep(0.0025, 0.0006, abs(max(c.x, c.y)) * 0.12);
    base *= 1.0 - max(0.20 * stitch, 0.13 * seam * style.z);
#ifdef LACE
    float hole = cloth.a;
#else
    float hole = 1.0;
#endif
    return Surface(base, 0.12, b.x < 0.0 || hole < 0.5 ? 0.0 : 1.0);
}

Surface shoe_surface(vec4 a, vec4 b) {
    // a: template position, w: height above the sole; b.x cut; b.y distance from the instep line
    vec3 base = a.w < 0.0 ? colour2 : colour;
    if (style.x > 0.5 && a.w > 0.0) {
        float lace = smoothstep(0.30, 0.36, fract(a.z * 55.0)) * smoothstep(0.80, 0.74, fract(a.z * 55.0));
        base = mix(base, colour2 * 0.9, lace * step(b.y, 0.017));
        base *= 1.0 - 0.35 * smoothstep(0.002, 0.0005, abs(b.y - 0.021));
    }
    base *= 1.0 - 0.4 * smoothstep(0.003, 0.0008, abs(a.w));
    return Surface(base, style.y, b.x < 0.0 ? 0.0 : 1.0);
}

Surface surface(vec4 a, vec4 b, vec4 c) {
    if (material == 0) return skin_surface(a, c);
    if (material == 1) return eye_surface(a);
    if (material == 2) return hair_surface(a);
    if (material == 3) return garment_surface(a, b, c);
    if (material == 4) return shoe_surface(a, b);
    return Surface(colour, 0.1, 1.0);
}

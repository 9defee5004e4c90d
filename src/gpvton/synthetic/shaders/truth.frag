#version 330
// Labels and coordinates: one sample a pixel, nothing blended.
in vec3 world;
in vec4 va;
in vec4 vb;
in vec4 vc;
flat in float code;
#include surface.glsl
uniform vec4 labels;      // garment: left, middle, right, inside; others: x
uniform vec4 labels2;     // skin: left arm, right arm, left leg, right leg
uniform float item;
layout(location = 0) out vec4 label;   // label, part (1, 2, 3; 0 none), front of the garment, item
layout(location = 1) out vec4 where;   // garment: place in the flat (pixels); skin: template place

void main() {
    if (material == 0 && vc.y > 0.0) discard;
    if (surface(va, vb, vc).alpha < 0.5) discard;
    label = vec4(labels.x, 0.0, 0.0, item);
    where = vec4(va.xyz, 0.0);
    if (material == 0) {
        float best = 0.4;
        label.x = vc.x > 0.5 ? labels.x : labels.y;
        for (int i = 0; i < 4; i++) if (vb[i] > best) { best = vb[i]; label.x = labels2[i]; }
        label.y = code;
    } else if (material == 3) {
        float part = vc.x > 0.0 ? 1.0 : vc.y > 0.0 ? 3.0 : 2.0;
        label.x = labels[int(part) - 1];
        if (!gl_FrontFacing && labels.w > 0.0) label.x = labels.w;
        label.y = part;
        label.z = gl_FrontFacing ? vb.w : -9.0;
        where = vec4(vc.zw, va.xy);
    } else if (material == 4) {
        label.x = va.x > 0.0 ? labels.x : labels.y;
    }
}

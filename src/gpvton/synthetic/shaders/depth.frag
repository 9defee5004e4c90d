#version 330
// Shadow maps: depth only.

void main() {
}

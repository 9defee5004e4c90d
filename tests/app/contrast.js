// Texts that show with less contrast than WCAG 2.2, 1.4.3 (AA) asks for; disabled controls apart.
const parsed = (colour) => {
  const found = colour.match(/rgba?\(([^)]+)\)/);
  if (found) { const v = found[1].split(/[ ,/]+/).map(Number); return [v[0], v[1], v[2], v[3] ?? 1]; }
  const srgb = colour.match(/color\(srgb ([^)]+)\)/);
  if (!srgb) return [0, 0, 0, 0];
  const v = srgb[1].split(/[ /]+/).map(Number);
  return [255 * v[0], 255 * v[1], 255 * v[2], v[3] ?? 1];
};
const over = (top, below) => [0, 1, 2].map((k) => top[k] * top[3] + below[k] * (1 - top[3])).concat([1]);
const luminance = (colour) => {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (element) => {
  const layers = [];
  for (let node = element; node; node = node.parentElement) {
    const colour = parsed(getComputedStyle(node).backgroundColor);
    if (colour[3] > 0) layers.push(colour);
    if (colour[3] >= 1) break;
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
};
const faint = new Set();
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let texts = 0;
while (walk.nextNode()) {
  const text = walk.currentNode.textContent.trim();
  const element = walk.currentNode.parentElement;
  if (!text || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName)) continue;
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  const size = element.getBoundingClientRect();
  if (size.width < 2 || size.height < 2 || element.closest(':disabled')) continue;
  texts += 1;
  const style = getComputedStyle(element);
  const below = ground(element);
  const colour = parsed(style.color);
  for (let node = element; node; node = node.parentElement) colour[3] *= Number(getComputedStyle(node).opacity);
  const [a, b] = [luminance(over(colour, below)), luminance(below)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const pixels = parseFloat(style.fontSize);
  const large = pixels >= 24 || (pixels >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5)) faint.add(`${ratio.toFixed(2)} ${text.slice(0, 40)} (${style.color} on ${below})`);
}
return { texts, faint: [...faint] };

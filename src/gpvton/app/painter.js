// Strokes over the photo with a named brush: mouse, finger or keys. All strokes go with every change.
const stage = element.querySelector('.stage');
const brush = element.querySelector('select');
const size = element.querySelector('input');
const note = element.querySelector('.note');
const [undo, clear] = element.querySelectorAll('button');
let strokes = [];
let drawing = null;
let cursor = [0.5, 0.5];
let image = null;
let canvas = null;
const round = (number) => Math.round(number * 10000) / 10000;
const inside = (number) => Math.min(Math.max(number, 0), 1);
const chosen = (name) => props.value.brushes.find((entry) => entry.name === name);

const line = (pen, stroke) => {
  const longest = Math.max(canvas.width, canvas.height);
  pen.globalCompositeOperation = stroke.brush === 'rubber' ? 'destination-out' : 'source-over';
  pen.strokeStyle = chosen(stroke.brush).colour;
  pen.lineWidth = stroke.width * longest;
  pen.lineCap = pen.lineJoin = 'round';
  pen.beginPath();
  stroke.path.forEach(([x, y], place) => pen[place ? 'lineTo' : 'moveTo'](x * canvas.width, y * canvas.height));
  const [x, y] = stroke.path[stroke.path.length - 1];
  pen.lineTo(x * canvas.width + 0.01, y * canvas.height);
  pen.stroke();
};
const draw = () => {
  if (!canvas) return;
  const pen = canvas.getContext('2d');
  pen.clearRect(0, 0, canvas.width, canvas.height);
  [...strokes, ...(drawing ? [drawing] : [])].forEach((stroke) => line(pen, stroke));
  if (document.activeElement === canvas) {
    pen.globalCompositeOperation = 'source-over';
    pen.lineWidth = 2;
    const radius = Number(size.value) / 200 * Math.max(canvas.width, canvas.height);
    ['#000', '#fff'].forEach((colour, step) => {
      pen.strokeStyle = colour;
      pen.beginPath();
      pen.arc(cursor[0] * canvas.width, cursor[1] * canvas.height, Math.max(radius - 2 * step, 2), 0, 7);
      pen.stroke();
    });
  }
  undo.disabled = clear.disabled = !strokes.length;
};
const tell = (text) => {
  note.textContent = text;
  draw();
  trigger('input', { strokes });
};
const begin = (place) => ({ brush: brush.value, width: Number(size.value) / 100, path: [place] });
const finish = () => {
  if (!drawing) return;
  strokes.push(drawing);
  const what = chosen(drawing.brush).label;
  drawing = null;
  tell(`painted: ${what}; stroke ${strokes.length}`);
};
const takeBack = () => { if (strokes.length) { strokes.pop(); tell('last stroke taken back'); } };
const backdrop = () => {
  const kind = chosen(brush.value);
  if (image) image.src = kind && kind.group === 'Mask' ? props.value.picture : props.value.parsing;
};
const put = (event) => {
  const frame = canvas.getBoundingClientRect();
  return [round(inside((event.clientX - frame.left) / frame.width)), round(inside((event.clientY - frame.top) / frame.height))];
};
const listen = () => {
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    cursor = put(event);
    drawing = begin(cursor);
    draw();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing) return;
    const place = put(event);
    if (Math.hypot(place[0] - cursor[0], place[1] - cursor[1]) < 0.004 || drawing.path.length > 3000) return;
    cursor = place;
    drawing.path.push(place);
    draw();
  });
  canvas.addEventListener('pointerup', finish);
  canvas.addEventListener('pointercancel', () => { drawing = null; draw(); });
  canvas.addEventListener('focus', draw);
  canvas.addEventListener('blur', () => { finish(); draw(); });
  canvas.addEventListener('keydown', (event) => {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (ways[event.key]) {
      if (event.shiftKey && !drawing) drawing = begin(cursor);
      cursor = cursor.map((value, axis) => round(inside(value + 0.015 * ways[event.key][axis])));
      if (event.shiftKey) drawing.path.push(cursor);
      note.textContent = `brush at ${Math.round(100 * cursor[0])} % across, ${Math.round(100 * cursor[1])} % down`;
      draw();
    } else if (event.key === ' ' || event.key === 'Enter') {
      drawing = begin(cursor);
      finish();
    } else if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      takeBack();
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener('keyup', (event) => { if (event.key === 'Shift') finish(); });
};
const show = () => {
  const value = props.value;
  stage.replaceChildren();
  image = canvas = drawing = null;
  element.querySelector('.tools').hidden = !value || !value.picture;
  if (!value || !value.picture) return;
  if (!brush.options.length) {
    const groups = {};
    value.brushes.forEach((entry) => {
      groups[entry.group] ??= Object.assign(document.createElement('optgroup'), { label: entry.group });
      groups[entry.group].append(new Option(entry.label, entry.name));
    });
    brush.append(...Object.values(groups));
  }
  strokes = structuredClone(value.strokes);
  image = document.createElement('img');
  image.alt = ''; image.draggable = false;
  canvas = document.createElement('canvas');
  canvas.width = value.size[0]; canvas.height = value.size[1];
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', 'photo to paint on: arrow keys move the brush, with Shift they paint, Enter paints a dot, Control Z takes the last stroke back');
  stage.append(image, canvas);
  backdrop();
  listen();
  draw();
};
brush.addEventListener('change', backdrop);
undo.addEventListener('click', takeBack);
clear.addEventListener('click', () => { strokes = []; tell('all paint taken away'); });
watch('value', show);
show();

// Points to drag with mouse, finger or arrow keys; Delete takes one away.
const stage = element.querySelector('.stage');
const note = element.querySelector('.note');
let timer = null;
let sent = 0;
let moved = {};

const show = () => {
  const value = props.value;
  stage.replaceChildren();
  moved = {};
  if (!value || !value.picture) { note.textContent = ''; return; }
  const image = document.createElement('img');
  image.src = value.picture; image.alt = ''; image.draggable = false;
  const lines = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  lines.setAttribute('viewBox', '0 0 1000 1000');
  lines.setAttribute('preserveAspectRatio', 'none');
  lines.setAttribute('aria-hidden', 'true');
  stage.append(image, lines);
  stage.setAttribute('role', 'group');
  stage.setAttribute('aria-label', value.label);
  const places = Object.fromEntries(value.points.map((point) => [point.name, point.at]));

  const drawLines = () => {
    lines.replaceChildren(...value.lines
      .filter(([a, b]) => places[a] && places[b])
      .map(([a, b]) => {
        const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
        [['x1', places[a][0]], ['y1', places[a][1]], ['x2', places[b][0]], ['y2', places[b][1]]]
          .forEach(([name, share]) => line.setAttribute(name, 1000 * share));
        return line;
      }));
  };
  const tell = (name) => {
    moved[name] = places[name];  // all of them: of events in a row only the last may arrive
    const wait = Math.max(0, sent + 30 - performance.now());  // none for the first
    timer ??= setTimeout(() => {
      timer = null;
      sent = performance.now();
      trigger('input', { moved: { ...moved } });
    }, wait);
  };
  const put = (handle, name, x, y) => {
    places[name] = [Math.min(Math.max(x, 0), 1), Math.min(Math.max(y, 0), 1)];
    handle.style.left = `${100 * places[name][0]}%`;
    handle.style.top = `${100 * places[name][1]}%`;
    drawLines();
    tell(name);
  };

  value.points.filter((point) => point.at).forEach((point) => {
    const handle = document.createElement('button');
    handle.type = 'button';
    handle.className = `handle ${point.name.includes('left') ? 'left' : point.name.includes('right') ? 'right' : ''}`;
    handle.dataset.name = point.name;
    handle.title = point.label;
    handle.setAttribute('aria-label', `${point.label}, move with the arrow keys`);
    handle.style.left = `${100 * point.at[0]}%`;
    handle.style.top = `${100 * point.at[1]}%`;
    let grabbed = null;
    handle.addEventListener('pointerdown', (event) => {
      const frame = stage.getBoundingClientRect();
      const [x, y] = places[point.name];
      grabbed = { x: event.clientX - frame.left - x * frame.width, y: event.clientY - frame.top - y * frame.height };
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
    });
    handle.addEventListener('pointermove', (event) => {
      if (!grabbed) return;
      const frame = stage.getBoundingClientRect();
      put(handle, point.name, (event.clientX - frame.left - grabbed.x) / frame.width,
        (event.clientY - frame.top - grabbed.y) / frame.height);
    });
    const release = () => { grabbed = null; };
    handle.addEventListener('pointerup', release);
    handle.addEventListener('pointercancel', release);
    handle.addEventListener('keydown', (event) => {
      const step = event.shiftKey ? 0.03 : 0.006;
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (ways[event.key]) {
        const [x, y] = places[point.name];
        put(handle, point.name, x + step * ways[event.key][0], y + step * ways[event.key][1]);
        note.textContent = `${point.label}: ${Math.round(100 * places[point.name][0])} % across, ${Math.round(100 * places[point.name][1])} % down`;
        event.preventDefault();
      } else if (event.key === 'Delete' && value.lines.length) {
        places[point.name] = null;
        handle.remove();
        drawLines();
        note.textContent = `${point.label} taken away`;
        tell(point.name);
      }
    });
    handle.addEventListener('focus', () => { note.textContent = point.label; });
    handle.addEventListener('pointerenter', () => { if (!grabbed) note.textContent = point.label; });
    stage.append(handle);
  });
  drawLines();
};
watch('value', show);
show();

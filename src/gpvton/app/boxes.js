// People to choose from: one button over each.
const stage = element.querySelector('.stage');
const show = () => {
  const value = props.value;
  stage.replaceChildren();
  if (!value || !value.picture) return;
  const image = document.createElement('img');
  image.src = value.picture; image.alt = 'your photo';
  stage.append(image);
  value.boxes.forEach(([left, top, width, height], index) => {
    const box = document.createElement('button');
    box.type = 'button';
    box.className = 'person-box';
    box.setAttribute('aria-label', `person ${index + 1} of ${value.boxes.length}, from the left`);
    const number = document.createElement('span');
    number.textContent = index + 1;
    box.append(number);
    Object.assign(box.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * width}%`, height: `${100 * height}%` });
    box.addEventListener('click', () => trigger('select', { index }));
    stage.append(box);
  });
};
watch('value', show);
show();

// Before and after, one over the other; a range input moves the edge between them.
const before = element.querySelector('.before');
const after = element.querySelector('.after');
const range = element.querySelector('input');
const frame = element.querySelector('.compare');
const told = element.querySelector('[role=status]');
const cut = () => {
  after.style.clipPath = `inset(0 0 0 ${range.value}%)`;
  frame.style.setProperty('--edge', `${range.value}%`);
  range.setAttribute('aria-valuetext', `${range.value} % before, ${100 - range.value} % after`);
};
const show = () => {
  const value = props.value;
  frame.hidden = !value || !value.after;
  if (frame.hidden) return;
  if (value.before && before.getAttribute('src') !== value.before) before.src = value.before;
  after.src = value.after;
  after.alt = value.alt;
  if (told.textContent !== value.alt) told.textContent = value.alt;
  cut();
};
range.addEventListener('input', cut);
watch('value', show);
show();

// Pictures to choose from are named by what they show or by their file; Gradio only counts them.
() => {
  const file = (image) => decodeURIComponent(image.src).split(/[\\/]/).pop().replace(/\.\w+$/, '').replace(/[-_]+/g, ' ');
  const called = (button) => {
    const image = button.querySelector('img');
    if (!image) return '';
    if (image.alt) return image.alt;
    const others = [...button.closest('.grid-container, .block').querySelectorAll('.thumbnail-item')];
    return `picture ${others.indexOf(button) + 1} of ${others.length}: ${file(image)}`;
  };
  const name = () => document.querySelectorAll('.thumbnail-item').forEach((button) => {
    const wanted = called(button);
    if (wanted && button.getAttribute('aria-label') !== wanted) button.setAttribute('aria-label', wanted);
  });
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-label', 'alt', 'src'] };
  new MutationObserver(name).observe(document.body, watched);
  name();
}

// Pictures to choose from are named by what they show; Gradio only counts them.
() => {
  const name = () => document.querySelectorAll('.thumbnail-item').forEach((button) => {
    const shown = button.querySelector('img')?.alt;
    if (shown && button.getAttribute('aria-label') !== shown) button.setAttribute('aria-label', shown);
  });
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-label', 'alt'] };
  new MutationObserver(name).observe(document.body, watched);
  name();
}

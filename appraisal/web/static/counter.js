// Shows how much of a text is used, up to date while it is typed. Without it the page says the limit alone.
for (const text of document.querySelectorAll("textarea[data-limit]")) {
  const shown = document.getElementById(text.id + "-count");
  const count = () => {
    const used = [...text.value.trim()].length;
    shown.textContent = shown.dataset.said.replace("#", String(used));
    shown.hidden = false;
    shown.classList.toggle("over", used > Number(text.dataset.limit));
  };
  text.addEventListener("input", count);
  count();
}

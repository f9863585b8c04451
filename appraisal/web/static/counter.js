// Keeps the count under a text up to date while it is typed. The page works the same without it.
for (const text of document.querySelectorAll("textarea[data-limit]")) {
  const shown = document.getElementById(text.id + "-count");
  const count = () => {
    const used = [...text.value.trim()].length;
    shown.textContent = shown.textContent.replace(/^\s*\d+/, String(used));
    shown.classList.toggle("over", used > Number(text.dataset.limit));
  };
  text.addEventListener("input", count);
  count();
}

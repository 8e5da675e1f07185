// Light, dark, or as the system says. A classic script in the head, run before anything is drawn: no page flashes,
// and what looks otherwise with scripts looks so from the start: nothing moves when they come.
(() => {
  const root = document.documentElement;
  root.classList.add("script");

  function apply(theme) {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  apply(localStorage.getItem("theme"));

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = dark ? "light" : "dark";
    localStorage.setItem("theme", theme);
    apply(theme);
  });
})();

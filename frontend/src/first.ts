// Before the first paint: the reader's colours. Alone in a file, as the page's policy forbids inline scripts.
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
if (localStorage.getItem("customer") === "shown") document.documentElement.dataset.customer = "shown";

// Before the first paint: how the reader set the screen. A file of its own, as the page's policy forbids inline scripts.
const root = document.documentElement;
const theme = localStorage.getItem("theme");
const customer = localStorage.getItem("customer");
if (theme && theme !== "system") root.dataset["theme"] = theme;
if (customer && matchMedia("(min-width: 1200px)").matches) root.dataset["customer"] = customer;

export {};

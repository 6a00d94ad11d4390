// What every page shares. Nothing here is needed: each link and form works without it.

// Larger text at once, without loading the page again: a voter may be half-way through.
for (const link of document.querySelectorAll("a[data-senior]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const large = document.documentElement.classList.toggle("senior");
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `senior=${large ? 1 : 0}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
    link.textContent = large ? link.dataset.off : link.dataset.on;
  });
}

// The other language opens at the same place.
for (const link of document.querySelectorAll("a[data-keep-fragment]")) {
  link.addEventListener("click", () => {
    link.hash = location.hash;
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue; // plain http: the text can still be selected
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

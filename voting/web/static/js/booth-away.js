// The page shown while the booth is not open: the credential need not stay in the address bar for it. It goes along
// to the page that tells a voter whether the own ballot was opened.
const code = location.hash;
history.replaceState(null, "", location.pathname + location.search);
for (const link of document.querySelectorAll("a[data-code]")) {
  link.addEventListener("click", () => {
    link.hash = code;
  });
}

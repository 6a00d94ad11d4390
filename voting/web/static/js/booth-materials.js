// What can be read about a question, opened on its screen: fetched when somebody opens it, so that the booth stays
// small, and shown in place, because in-app browsers open a new page over the one that holds the marks.

export function watchMaterials() {
  for (const details of document.querySelectorAll("details[data-materials]")) {
    details.addEventListener("toggle", () => details.open && read(details));
  }
}

async function read(details) {
  const place = details.querySelector("[data-materials-place]");
  if (place.dataset.read) return;
  place.dataset.read = "yes";
  try {
    const answer = await fetch(details.dataset.materials);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.querySelector("[data-materials-body]").childNodes);
  } catch {
    // What stands there already is a link to the page; the next opening tries again.
    delete place.dataset.read;
  }
}

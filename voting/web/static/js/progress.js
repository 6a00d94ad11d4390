// A bar for any <form data-progress>: the same POST answers with one line of JSON at a time.
// Without this script the form still works; it only says nothing until it is done.

const TYPE = "application/x-ndjson";

for (const form of document.querySelectorAll("form[data-progress]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form).catch(() => say(form, "fault", form.dataset.lost));
  });
}

async function run(form) {
  const button = form.querySelector("button:not([type=button])");
  const place = placeFor(form);
  const bar = document.createElement("progress");
  const words = document.createElement("p");
  words.textContent = form.dataset.progress;
  bar.setAttribute("aria-label", form.dataset.progress);
  place.className = "sheet";
  place.replaceChildren(words, bar);
  button.disabled = true;
  const token = document.querySelector("meta[name=csrf-token]").content;
  const response = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: TYPE, "X-CSRFToken": token },
  });
  let last;
  if ((response.headers.get("Content-Type") || "").startsWith(TYPE)) {
    for await (const line of lines(response)) {
      last = line;
      if (line.total) {
        bar.max = line.total;
        bar.value = line.done;
        words.textContent = `${form.dataset.progress} ${line.done} / ${line.total}`;
      }
    }
  } else {
    last = await response.json();
  }
  button.disabled = false;
  if (last && last.sentence) say(form, "fault", last.sentence);
  else if (last && last.file) handOver(form, last);
  else if (last && last.location) location.assign(last.location);
  else say(form, "fault", form.dataset.lost);
}

async function* lines(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    rest += decoder.decode(value || new Uint8Array(), { stream: !done });
    const parts = rest.split("\n");
    rest = parts.pop();
    for (const part of parts) if (part) yield JSON.parse(part);
    if (done) return;
  }
}

// The file exists only here, so the page stays until the reader has it.
function handOver(form, ending) {
  const bytes = Uint8Array.from(atob(ending.file.base64), (character) => character.charCodeAt(0));
  const link = document.createElement("a");
  link.className = "button";
  link.download = ending.file.name;
  link.href = URL.createObjectURL(new Blob([bytes], { type: ending.file.type }));
  link.textContent = form.dataset.save;
  const words = document.createElement("p");
  words.textContent = form.dataset.saved;
  const on = document.createElement("a");
  on.className = "button second";
  on.href = ending.location;
  on.textContent = form.dataset.goOn;
  const row = document.createElement("div");
  row.className = "actions";
  row.append(link, on);
  const place = placeFor(form);
  place.className = "sheet next";
  place.replaceChildren(words, row);
  form.hidden = true;
  link.focus();
  link.click();
}

function say(form, kind, text) {
  const place = placeFor(form);
  const words = document.createElement("p");
  words.textContent = text;
  place.className = `notice ${kind}`;
  place.replaceChildren(words);
  const button = form.querySelector("button:not([type=button])");
  button.disabled = false;
  button.focus();
}

function placeFor(form) {
  if (form.nextElementSibling && form.nextElementSibling.dataset.progressPlace !== undefined) {
    return form.nextElementSibling;
  }
  const place = document.createElement("div");
  place.dataset.progressPlace = "";
  place.setAttribute("role", "status");
  form.after(place);
  return place;
}

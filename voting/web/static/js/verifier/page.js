// The page verify.html: takes files, shows how far it is, and what was found. It asks no server for anything.

import { Refused } from "../protocol/refused.js";
import { verify } from "./crew.js";
import { reportView, unreadableView } from "./report-view.js";
import { grouped, said } from "./words.js";

const CHINESE = "zh_Hans";
const ENGLISH = "en";
const byId = (id) => document.getElementById(id);
// A file's name inside the folder that was chosen, or its own.
const nameOf = (file) => file.webkitRelativePath.replace(/^[^/]*\//, "") || file.name;

class VerifierPage {
  constructor(source, catalogues) {
    this.source = source;
    this.catalogues = catalogues;
    this.language = navigator.language.startsWith("zh") ? CHINESE : ENGLISH;
    this.files = [];
    this.earlier = null;
    this.run = 0; // only the last one that was begun may answer
    this.progress = null;
    this.show = () => [];
  }

  get words() {
    return this.catalogues[this.language];
  }

  begin() {
    byId("language").addEventListener("click", () => {
      this.language = this.language === CHINESE ? ENGLISH : CHINESE;
      this.speak();
    });
    ["files", "folder"].forEach((id) => byId(id).addEventListener("change", () => this.take(byId(id).files)));
    byId("earlier").addEventListener("change", () => {
      [this.earlier = null] = byId("earlier").files;
      byId("earlier-name").textContent = this.earlier ? this.earlier.name : "";
      if (this.files.length > 0) this.start();
    });
    const over = (event) => {
      event.preventDefault();
      byId("drop").classList.toggle("over", event.type === "dragover");
    };
    ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, over));
    document.addEventListener("drop", (event) => this.take(event.dataTransfer.files));
    if (!("webkitdirectory" in byId("folder"))) byId("folder-choice").hidden = true;
    byId("page").hidden = false;
    this.speak();
  }

  // Everything again in the language of now.
  speak() {
    const { words } = this;
    document.documentElement.lang = this.language === CHINESE ? "zh-Hans" : "en";
    document.title = words.title;
    document.querySelectorAll("[data-word]").forEach((node) => {
      node.textContent = words[node.dataset.word];
    });
    byId("language").lang = this.language === CHINESE ? "en" : "zh-Hans";
    this.tell();
    byId("report").replaceChildren(...this.show());
  }

  take(files) {
    if (files.length === 0) return;
    this.files = Array.from(files);
    this.start();
  }

  tell() {
    byId("working").hidden = this.progress === null;
    if (this.progress === null) return;
    const [done, total] = this.progress;
    byId("bar").max = total || 1;
    if (total > 0) byId("bar").value = done;
    else byId("bar").removeAttribute("value"); // nobody knows yet how long it takes
    const text = total > 0 ? said(this.words.verifying, { done: grouped(done), total: grouped(total) }) : this.words.reading;
    byId("said").textContent = done > 0 && done === total ? this.words.counting : text;
  }

  async start() {
    this.run += 1;
    const { run, files } = this;
    const name = files.length === 1 ? files[0].name : said(this.words.files, { count: grouped(files.length) });
    const began = performance.now();
    const current = (act) => {
      if (run === this.run) act();
    };
    const progress = (done, total) =>
      current(() => {
        this.progress = [done, total];
        this.tell();
      });
    this.show = () => [];
    byId("report").replaceChildren();
    progress(0, 0);
    byId("working").scrollIntoView({ block: "nearest" });
    let show;
    try {
      const given = await Promise.all(files.map(async (file) => ({ name: nameOf(file), body: await file.arrayBuffer() })));
      const earlier = this.earlier ? await this.earlier.text() : null;
      const found = await verify(this.source, given, earlier, progress);
      const seconds = (performance.now() - began) / 1000;
      show = () => reportView(this.words, { ...found, name, seconds });
    } catch (error) {
      const refused = error instanceof Refused ? { refusal: error.refusal, place: error.context } : null;
      show = () => unreadableView(this.words, refused);
    }
    current(() => {
      this.progress = null;
      this.show = show;
      this.speak();
      byId("report").firstElementChild.focus();
    });
  }
}

// `source` is the text of the page's script.
export function open(source) {
  new VerifierPage(source, JSON.parse(byId("words").textContent)).begin();
}

// For browsers that know no modules, in words that they know: without this the page would wait for ever.
(function () {
  var sections = document.querySelectorAll("[data-screen]");
  for (var i = 0; i < sections.length; i += 1) {
    sections[i].hidden = sections[i].getAttribute("data-screen") !== "too-old";
  }
})();

// Filters, choices, folding and copying. Everything can be read without it.
(function () {
  "use strict";
  var zh = document.documentElement.lang.indexOf("zh") === 0;
  function say(a, b) { return zh ? a : b; }
  function make(tag, props) { return Object.assign(document.createElement(tag), props); }

  function filter(items, word, choices) {
    var shown = 0;
    items.forEach(function (item) {
      var hit = !word || item.textContent.toLowerCase().indexOf(word) >= 0;
      choices.forEach(function (c) {
        if (c.select.value && item.cells[c.at] && item.cells[c.at].textContent.trim() !== c.select.value) hit = false;
      });
      item.hidden = !hit;
      if (hit) shown += 1;
    });
    return shown;
  }

  function bar(before, items, choices) {
    var form = make("div", { className: "filter" });
    var label = make("label", { textContent: say("筛选 ", "Filter ") });
    var input = make("input", { type: "search" });
    var count = make("output", { textContent: "" });
    label.append(input);
    form.append(label);
    choices.forEach(function (c) {
      var l = make("label", { textContent: c.name + " " });
      l.append(c.select);
      form.append(l);
    });
    form.append(count);
    function run() {
      var shown = filter(items, input.value.trim().toLowerCase(), choices);
      count.textContent = shown + " / " + items.length;
    }
    input.addEventListener("input", run);
    choices.forEach(function (c) { c.select.addEventListener("change", run); });
    before.parentNode.insertBefore(form, before);
  }

  document.querySelectorAll("table.list").forEach(function (table) {
    var rows = Array.from(table.tBodies[0].rows);
    if (rows.length < 12) return;
    var choices = [];
    table.querySelectorAll("th[data-choice]").forEach(function (th) {
      var select = make("select", {});
      select.append(make("option", { value: "", textContent: say("全部", "all") }));
      var seen = {};
      rows.forEach(function (r) { if (r.cells[th.cellIndex]) seen[r.cells[th.cellIndex].textContent.trim()] = 1; });
      Object.keys(seen).forEach(function (v) { select.append(make("option", { value: v, textContent: v })); });
      choices.push({ at: th.cellIndex, select: select, name: th.textContent });
    });
    bar(table.parentNode, rows, choices);
  });

  document.querySelectorAll("[data-filter-list]").forEach(function (list) {
    var items = Array.from(list.querySelectorAll("section, li"));
    if (items.length >= 8) bar(list, items, []);
  });

  function fold(open) {
    return function () {
      document.querySelectorAll(".derivation details").forEach(function (d) { d.open = open; });
    };
  }
  document.querySelectorAll("[data-unfold]").forEach(function (place) {
    [[say("全部展开", "Unfold all"), true], [say("全部收起", "Fold all"), false]].forEach(function (b) {
      var button = make("button", { type: "button", textContent: b[0] });
      button.addEventListener("click", fold(b[1]));
      place.append(button);
    });
  });

  document.querySelectorAll("pre.command").forEach(function (pre) {
    if (!navigator.clipboard) return;
    var button = make("button", { type: "button", className: "copy", textContent: say("复制", "Copy") });
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(pre.textContent.trim()).then(function () { button.textContent = say("已复制", "Copied"); });
    });
    pre.after(button);
  });

  // A clause that a link leads to may stand inside something folded.
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    target.querySelectorAll(":scope > details").forEach(function (d) { d.open = true; });
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  // Paper cannot unfold; cases stay folded, they are for the drafter.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details:not(.cases)").forEach(function (d) { d.open = true; });
  });
})();

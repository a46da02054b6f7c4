// Search: "/" focuses it, arrows move, Enter opens, Escape closes. Without this
// script there is no search field, and nothing else is missing.
(function () {
  "use strict";
  var box = document.getElementById("search");
  var home = box.dataset.home;
  var found = [];
  var chosen = -1;

  function make(tag, attributes, parent) {
    var element = document.createElement(tag);
    for (var name in attributes) element.setAttribute(name, attributes[name]);
    parent.appendChild(element);
    return element;
  }

  var input = make("input", {
    type: "text", role: "combobox", "aria-label": "Search operations and types", placeholder: "Search  /",
    "aria-expanded": "false", "aria-controls": "search-results", "aria-autocomplete": "list",
    autocomplete: "off", spellcheck: "false"
  }, box);
  var list = make("ul", { id: "search-results", role: "listbox", "aria-label": "Results", hidden: "" }, box);
  var status = make("p", { role: "status" }, box);
  box.hidden = false;

  // The index is a script of its own, loaded when somebody wants to search: a
  // page that was opened as a file may load scripts, and no data.
  var loading = null;
  function load(then) {
    if (window.docwright) return then();
    if (loading) return loading.addEventListener("load", then);
    loading = make("script", { src: home + "search-index.js" }, document.head);
    loading.addEventListener("load", then);
  }

  // rank is the better the smaller: where the words start, then how short the
  // name is. Entries that lack a word are out.
  function rank(entry, words) {
    var name = entry[0].toLowerCase(), all = name + " " + entry[1].toLowerCase();
    var points = name.length;
    for (var i = 0; i < words.length; i++) {
      if (all.indexOf(words[i]) < 0) return -1;
      var at = name.indexOf(words[i]);
      if (at < 0) points += 1000;
      else if (at > 0) points += /[^a-z0-9]/.test(name[at - 1]) ? 50 : 200;
    }
    return points;
  }

  function find() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = [];
    if (words.length) {
      window.docwright.forEach(function (entry) {
        var points = rank(entry, words);
        if (points >= 0) found.push([points, entry]);
      });
      found.sort(function (x, y) { return x[0] - y[0] || (x[1][0] < y[1][0] ? -1 : 1); });
      status.textContent = found.length === 1 ? "1 result" : found.length + " results";
      found = found.slice(0, 12).map(function (x) { return x[1]; });
    } else {
      status.textContent = "";
    }
    show();
  }

  function show() {
    list.textContent = "";
    found.forEach(function (entry, i) {
      var item = make("li", { role: "option", id: "search-result-" + i, "aria-selected": "false" }, list);
      item.appendChild(document.createTextNode(entry[0]));
      make("small", {}, item).textContent = entry[1];
      item.addEventListener("mousedown", function (event) {
        event.preventDefault();
        open(i);
      });
    });
    chosen = -1;
    choose(found.length ? 0 : -1);
    if (!found.length && status.textContent) {
      make("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, list).textContent = "Nothing is called so.";
    }
    toggle(list.children.length > 0);
  }

  function toggle(visible) {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
  }

  function choose(i) {
    if (list.children[chosen]) list.children[chosen].setAttribute("aria-selected", "false");
    chosen = i;
    if (i < 0) return input.removeAttribute("aria-activedescendant");
    list.children[i].setAttribute("aria-selected", "true");
    list.children[i].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", "search-result-" + i);
  }

  function open(i) {
    toggle(false);
    location.href = home + found[i][2];
  }

  input.addEventListener("focus", function () { load(function () {}); });
  input.addEventListener("input", function () { load(find); });
  input.addEventListener("blur", function () { toggle(false); });
  input.addEventListener("keydown", function (event) {
    var move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move && found.length) {
      event.preventDefault();
      toggle(true);
      choose((chosen + move + found.length) % found.length);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      open(chosen);
    } else if (event.key === "Escape") {
      toggle(false);
    }
  });
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
})();

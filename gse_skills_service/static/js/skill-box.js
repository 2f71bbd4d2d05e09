// Suggestions under every text box marked data-skill-box, for the last of several skills with commas between, or where it
// is marked data-one for the one skill that it takes. Without this the box works as it is: the service resolves what was
// typed, and asks when it is not clear.
const WAIT_MS = 150;
// What is longer is no name of a skill: a sentence, which may name somebody, goes into no address.
const MOST = 80;

const escaped = (text) => {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
};

// A suggestion is an object, which keeps what stood before it; what was in the box at the start is a string.
const inputValue = (skill) => (typeof skill === "object" ? skill.before + skill.label : (skill ?? ""));

const suggestion = (skill) => {
  if (typeof skill !== "object") return escaped(skill);
  const also = skill.matched_label && skill.matched_label !== skill.label ? ` (“${skill.matched_label}”)` : "";
  const from = [skill.scheme?.toUpperCase(), skill.notation].filter(Boolean).join(" ");
  return `${escaped(skill.label + also)} <span class="app-suggestion-from">${escaped(from)}</span>`;
};

// One search at a time: typing on cancels the wait and the request before it.
const searcher = (address, one) => {
  let timer;
  let running;
  return (text, show) => {
    clearTimeout(timer);
    running?.abort();
    const [, before, typed] = text.match(one ? /^(\s*)(.*)$/ : /^((?:.*,)?\s*)(.*)$/);
    if (typed.length < 2 || typed.length > MOST) {
      show([]);
      return;
    }
    timer = setTimeout(async () => {
      running = new AbortController();
      try {
        const query = new URLSearchParams({ q: typed, limit: "8" });
        const answer = await fetch(`${address}?${query}`, {
          headers: { Accept: "application/json" },
          signal: running.signal,
        });
        const items = answer.ok ? (await answer.json()).items : [];
        show(items.map((skill) => ({ ...skill, before })));
      } catch (error) {
        if (error.name !== "AbortError") show([]);
      }
    }, WAIT_MS);
  };
};

// A pasted list keeps its items apart, which a box of one line would run together.
const pasteList = (event) => {
  const lines = event.clipboardData.getData("text").split(/\s*[\r\n]+\s*/).filter(Boolean);
  if (lines.length < 2) return;
  event.preventDefault();
  document.execCommand("insertText", false, lines.join(", "));
};

// The library swallows Enter while its menu is open, even when no suggestion is chosen; a search box must then search.
const searchOnEnter = (event) => {
  const chosen = event.currentTarget.querySelector('[role="option"][aria-selected="true"]');
  if (event.key !== "Enter" || chosen) return;
  event.stopPropagation();
  event.preventDefault();
  event.target.form.requestSubmit();
};

const enhance = (box) => {
  const { id, name, value, form } = box;
  const one = "one" in box.dataset;
  const concept = form.elements.concept;
  // What was chosen, by its name: it holds as long as the name stands in the box.
  const chosen = new Map();
  const hold = (text) => {
    const parts = one ? [text.trim()] : text.split(",").map((part) => part.trim());
    concept.value = [...chosen].filter(([label]) => parts.includes(label) || text === label).map(([, iri]) => iri).join(" ");
  };
  if (concept.dataset.chosen) chosen.set(value, concept.dataset.chosen);
  hold(value);
  // The library describes the box by one text of its own, so what described it before goes in there.
  const described = ["error", "hint"].map((part) => document.getElementById(`${id}-${part}`)?.textContent.trim());
  const place = document.createElement("div");
  place.className = "app-skill-box";
  place.addEventListener("input", (event) => hold(event.target.value));
  place.addEventListener("paste", pasteList);
  place.addEventListener("keydown", searchOnEnter, { capture: true });
  box.replaceWith(place);
  window.accessibleAutocomplete({
    element: place,
    id,
    name,
    defaultValue: value,
    source: searcher(box.dataset.skillBox, one),
    minLength: 2,
    confirmOnBlur: false,
    displayMenu: "overlay",
    showNoOptionsFound: false,
    templates: { inputValue, suggestion },
    tAssistiveHint: () =>
      [
        ...described,
        one ? "" : "With several skills, put commas between them.",
        "When suggestions are there, use the up and down arrows to read them and Enter to choose one.",
        "On a touch device, explore by touch or with swipes.",
      ]
        .filter(Boolean)
        .join(" "),
    onConfirm: (skill) => {
      if (!skill) return;
      chosen.set(skill.label, skill.iri);
      hold(inputValue(skill));
    },
  });
  if (described[0]) document.getElementById(id).setAttribute("aria-invalid", "true");
};

document.querySelectorAll("[data-skill-box]").forEach(enhance);

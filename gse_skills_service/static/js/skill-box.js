// Suggestions under every text box marked data-skill-box. Without this the box works as it is: the service resolves
// what was typed, and asks when it is not clear.
const WAIT_MS = 150;

const escaped = (text) => {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
};

// A suggestion is an object; what was in the box at the start is a string.
const inputValue = (skill) => (typeof skill === "object" ? skill.label : (skill ?? ""));

const suggestion = (skill) => {
  if (typeof skill !== "object") return escaped(skill);
  const also = skill.matched_label && skill.matched_label !== skill.label ? ` (“${skill.matched_label}”)` : "";
  const from = [skill.scheme?.toUpperCase(), skill.notation].filter(Boolean).join(" ");
  return `${escaped(skill.label + also)} <span class="app-suggestion-from">${escaped(from)}</span>`;
};

// One search at a time: typing on cancels the wait and the request before it.
const searcher = (address) => {
  let timer;
  let running;
  return (typed, show) => {
    clearTimeout(timer);
    running?.abort();
    timer = setTimeout(async () => {
      running = new AbortController();
      try {
        const query = new URLSearchParams({ q: typed, limit: "8" });
        const answer = await fetch(`${address}?${query}`, {
          headers: { Accept: "application/json" },
          signal: running.signal,
        });
        show(answer.ok ? (await answer.json()).items : []);
      } catch (error) {
        if (error.name !== "AbortError") show([]);
      }
    }, WAIT_MS);
  };
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
  const concept = form.elements.concept;
  concept.value = concept.dataset.chosen;
  // The library describes the box by one text of its own, so what described it before goes in there.
  const described = ["error", "hint"].map((part) => document.getElementById(`${id}-${part}`)?.textContent.trim());
  const place = document.createElement("div");
  place.className = "app-skill-box";
  place.addEventListener("input", () => {
    concept.value = "";
  });
  place.addEventListener("keydown", searchOnEnter, { capture: true });
  box.replaceWith(place);
  window.accessibleAutocomplete({
    element: place,
    id,
    name,
    defaultValue: value,
    source: searcher(box.dataset.skillBox),
    minLength: 2,
    confirmOnBlur: false,
    displayMenu: "overlay",
    showNoOptionsFound: false,
    templates: { inputValue, suggestion },
    tAssistiveHint: () =>
      [
        ...described.filter(Boolean),
        "When suggestions are there, use the up and down arrows to read them and Enter to choose one.",
        "On a touch device, explore by touch or with swipes.",
      ].join(" "),
    onConfirm: (skill) => {
      if (skill) concept.value = skill.iri;
    },
  });
  if (described[0]) document.getElementById(id).setAttribute("aria-invalid", "true");
};

document.querySelectorAll("[data-skill-box]").forEach(enhance);

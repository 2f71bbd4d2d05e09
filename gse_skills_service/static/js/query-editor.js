// An editor with colours and completion in the place of the text area marked data-query-editor. The text area stays what
// the form sends. Nothing of a query is kept in the browser, and nothing is asked of another host. The editor is larger
// than all else that a page brings, so it comes when the text area is entered.
const WAIT_MS = 120;

const said = new Map();

// What is called what is shown beside the name that goes into the query. A word that is whole gets no suggestions: Enter
// behind it begins a line, and takes none.
const suggest = (address) => {
  let timer;
  let settle = () => {};
  return (editor, token) => {
    clearTimeout(timer);
    settle([]);
    const typed = token.string.trim();
    if (said.has(typed) || editor.getCompleteToken().type === "keyword") return Promise.resolve([]);
    return new Promise((resolve) => {
      settle = resolve;
      timer = setTimeout(async () => {
        const answer = await fetch(`${address}?${new URLSearchParams({ q: token.string.slice(0, 200) })}`).catch(() => null);
        const items = answer?.ok ? (await answer.json()).items : [];
        items.forEach((item) => said.set(item.text, item));
        resolve(said.has(typed) ? [] : items.map((item) => item.text));
      }, WAIT_MS);
    });
  };
};

const told = (editor, hints) =>
  hints.map((hint) => {
    const item = said.get(hint.text);
    return { ...hint, displayText: item ? `${hint.text}  ${item.label} (${item.kind})` : hint.text };
  });

// A word that could become a name: not a variable, a string, a comment, space, or a keyword that is whole.
const isName = (editor) => {
  const token = editor.getCompleteToken();
  return !["ws", "comment", "keyword"].includes(token.type) && /^[A-Za-z][\w:.-]+$/.test(token.string.trim());
};

const enhance = (area) => {
  const { Yasqe } = window;
  const place = document.createElement("div");
  place.className = "app-editor";
  area.before(place);
  Yasqe.registerAutocompleter(
    {
      name: "names",
      isValidCompletionPosition: isName,
      get: suggest(area.dataset.queryEditor),
      postprocessHints: told,
      bulk: false,
      autoShow: true,
    },
    false,
  );
  // Lists are merged, not replaced: with those of the library left in, its own completers would ask another host.
  Yasqe.defaults.autocompleters = [];
  const send = () => area.form.requestSubmit();
  const editor = new Yasqe(place, {
    value: area.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "24rem",
    autocompleters: ["variables", "names"],
    // Tab leaves the box, as it leaves any other: an editor that keeps it is a trap for the keyboard.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": send, "Cmd-Enter": send, "Ctrl-S": false },
  });
  const input = editor.getInputField();
  const label = document.querySelector(`label[for="${area.id}"]`);
  input.id = `${area.id}-editor`;
  label.htmlFor = input.id;
  input.setAttribute("aria-describedby", area.getAttribute("aria-describedby") ?? "");
  area.hidden = true;
  editor.on("autocompletionShown", (_, widget) => widget.hints.setAttribute("aria-label", "Suggestions"));
  editor.on("change", () => {
    area.value = editor.getValue();
  });
  document.querySelectorAll(`a[href="#${area.id}"]`).forEach((link) => {
    link.setAttribute("href", `#${input.id}`);
  });
  return editor;
};

const arrived = (element) =>
  new Promise((resolve, reject) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });

const bring = async (area) => {
  const script = Object.assign(document.createElement("script"), { src: area.dataset.editorScript });
  const styles = Object.assign(document.createElement("link"), { rel: "stylesheet", href: area.dataset.editorStyles });
  await Promise.all([arrived(styles), arrived(script)]);
  const entered = document.activeElement === area;
  const place = area.selectionStart;
  const editor = enhance(area);
  if (entered) {
    editor.setCursor(editor.posFromIndex(place));
    editor.focus();
  }
};

document.querySelectorAll("[data-query-editor]").forEach((area) => {
  // What did not arrive leaves the text area as it is.
  const enter = () => bring(area).catch(() => {});
  if (document.activeElement === area) enter();
  else area.addEventListener("focus", enter, { once: true });
});

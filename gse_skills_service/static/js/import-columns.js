// The columns of a sheet: shows how it is read as soon as a choice changes. Without this the button does it.
const WAIT_MS = 250;
const form = document.querySelector("[data-live-preview]");
const preview = document.getElementById("preview");
let timer;
let running;

const show = async (headingsMoved) => {
  running?.abort();
  running = new AbortController();
  try {
    const sent = new FormData(form);
    sent.set("action", "preview");
    // A button of the form bears the name that would else give its address.
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(sent), signal: running.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    preview.replaceChildren(...page.getElementById("preview").childNodes);
    // Other headings have other columns, which are in the page as a whole.
    if (headingsMoved) {
      document.getElementById("columns").replaceWith(page.getElementById("columns"));
      // In another sheet the headings stand in another row.
      document.getElementById("header_row").value = page.getElementById("header_row").value;
    }
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
};

form.addEventListener("change", (event) => {
  clearTimeout(timer);
  const headingsMoved = ["header_row", "sheet"].includes(event.target.id);
  timer = setTimeout(() => show(headingsMoved), WAIT_MS);
});

// Whoever goes on has chosen: a preview that came after would take back the review.
form.addEventListener("submit", () => {
  clearTimeout(timer);
  running?.abort();
});

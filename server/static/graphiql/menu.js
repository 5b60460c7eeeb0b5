// A button that opens a list of buttons, on the browser's own <details>.

/** Shows `menu` when there is something to choose; `words(item)` gives an item's name and what is said below it. */
export function fillMenu(menu, items, words, choose) {
  menu.hidden = items.length === 0;
  menu.querySelector("ul").replaceChildren(...items.map((item) => entry(words(item), () => choose(item), menu)));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

function entry([name, detail], choose, menu) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(name);
  if (detail) {
    const small = document.createElement("small");
    small.textContent = detail;
    button.append(" ", small);
  }
  button.addEventListener("click", () => {
    menu.open = false;
    choose();
  });
  const line = document.createElement("li");
  line.append(button);
  return line;
}

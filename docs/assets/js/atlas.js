/* What the other scripts share: making elements, copying text, and keeping state in the page's
   address. */
window.atlas = {
  make(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  },

  /* A button that copies what `find` returns; where that is not allowed it selects it. */
  copyButton(label, find) {
    const button = window.atlas.make("button", { type: "button", textContent: label });
    button.className = "atlas-button";
    button.onclick = async () => {
      const source = find();
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source);
        button.textContent = "Selected: copy it now";
      }
      setTimeout(() => (button.textContent = label), 3000);
    };
    return button;
  },

  /* Put `state` into the query in place of all names that `isOurs`. */
  writeAddress(isOurs, state) {
    const address = new URL(location.href);
    const query = address.searchParams;
    for (const name of [...query.keys()]) if (isOurs(name)) query.delete(name);
    for (const name in state) query.set(name, state[name]);
    history.replaceState(history.state, "", address);
  },

  /* Call `restore` with the query now and whenever the address changes. What the fragment
     addresses must be seen: if it is inside `hidden`, that is passed to `show`. */
  followAddress(restore, hidden, show) {
    const reveal = () => {
      const target = document.getElementById(location.hash.slice(1));
      const part = target?.closest(hidden);
      if (!part) return;
      show(part);
      requestAnimationFrame(() => target.scrollIntoView({ block: "center" }));
    };
    const follow = () => {
      restore(new URLSearchParams(location.search));
      reveal();
    };
    addEventListener("popstate", follow);
    addEventListener("hashchange", reveal);
    document.addEventListener("DOMContentLoaded", follow);
  },
};

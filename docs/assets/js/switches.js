/* Switches between alternatives such as "two cores" and "one core": `?NAME=value` in the address.
   An element with `data-NAME="value …"` is shown while the switch NAME has one of its values.
   Charts follow the event `atlas:switch`. */
(() => {
  "use strict";

  const { writeAddress, followAddress } = window.atlas;

  class Switch {
    constructor(name) {
      this.name = name;
      this.fields = [...document.querySelectorAll(`fieldset[data-switch="${name}"]`)];
      this.inputs = this.fields.flatMap((field) => [...field.querySelectorAll("input")]);
      this.initial = this.inputs.find((input) => input.defaultChecked)?.value;
      for (const field of this.fields) {
        field.hidden = false;
        field.addEventListener("change", (event) => {
          this.set(event.target.value);
          this.write();
        });
      }
    }

    set(value) {
      for (const input of this.inputs) input.checked = input.value === value;
      if (value === this.value) return;
      this.value = value;
      for (const part of document.querySelectorAll(`[data-${this.name}]`)) {
        part.classList.toggle("atlas-off", !this.valuesOf(part).includes(value));
      }
      const detail = { name: this.name, value };
      document.dispatchEvent(new CustomEvent("atlas:switch", { detail }));
    }

    valuesOf(part) {
      return part.getAttribute("data-" + this.name)?.split(" ") ?? [];
    }

    read(query) {
      const wanted = query.get(this.name);
      const known = this.inputs.some((input) => input.value === wanted);
      this.set(known ? wanted : this.initial);
    }

    write() {
      const state = this.value === this.initial ? {} : { [this.name]: this.value };
      writeAddress((name) => name === this.name, state);
    }
  }

  const fields = [...document.querySelectorAll("fieldset[data-switch]")];
  const names = new Set(fields.map((field) => field.dataset.switch));
  const switches = [...names].map((name) => new Switch(name));

  followAddress(
    (query) => switches.forEach((one) => one.read(query)),
    ".atlas-off",
    (part) =>
      switches.forEach((one) => {
        const [value] = one.valuesOf(part);
        if (value) one.set(value);
      })
  );
})();

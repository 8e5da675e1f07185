// <copy-field>: a text that a button copies. Without the script the text can still be selected.
class CopyField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    input.addEventListener("focus", () => input.select());
    button.addEventListener("click", async () => {
      input.select();
      try {
        await navigator.clipboard.writeText(input.value);
      } catch {
        document.execCommand("copy"); // plain http has no clipboard object
      }
      button.textContent = button.dataset.copied;
    });
  }
}

customElements.define("copy-field", CopyField);

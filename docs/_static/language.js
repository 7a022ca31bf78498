// Shows one language or both; the choice is kept in this browser.
addEventListener("DOMContentLoaded", () => {
  const label = document.createElement("label");
  label.className = "ck-language";
  label.textContent = "语言 Language ";
  const select = document.createElement("select");
  for (const [value, text] of [["", "中文 + English"], ["zh", "中文"], ["en", "English"]])
    select.add(new Option(text, value));
  const show = value => { document.documentElement.dataset.only = value; select.value = value; };
  select.onchange = () => { localStorage.setItem("creditkit-language", select.value); show(select.value); };
  label.append(select);
  (document.querySelector(".sidebar-sticky") || document.body).prepend(label);
  show(localStorage.getItem("creditkit-language") || "");
});

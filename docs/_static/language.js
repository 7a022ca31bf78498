// Shows one language or both; the choice is kept in this browser.
addEventListener("DOMContentLoaded", () => {
  const label = document.createElement("label");
  label.className = "ck-language";
  label.textContent = "语言 Language ";
  const select = document.createElement("select");
  for (const [value, text] of [["", "中文 + English"], ["zh", "中文"], ["en", "English"]])
    select.add(new Option(text, value));
  // What is wider than the page can be scrolled by keyboard too; the theme leaves that out.
  const reach = () => {
    for (const box of document.querySelectorAll("pre, math[display=block], .table-wrapper"))
      box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
  };
  const show = value => { document.documentElement.dataset.only = value; select.value = value; reach(); };
  select.onchange = () => { localStorage.setItem("creditkit-language", select.value); show(select.value); };
  label.append(select);
  (document.querySelector(".sidebar-sticky") || document.body).prepend(label);
  show(localStorage.getItem("creditkit-language") || "");
  addEventListener("resize", reach);
  for (const heading of document.querySelectorAll("[role=heading]:not([aria-level])")) heading.ariaLevel = "2";
});

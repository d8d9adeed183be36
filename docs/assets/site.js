// The theme puts wide tables into boxes that scroll. With a tabindex, keys can scroll them too.
const reachable = () =>
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach((box) => box.setAttribute("tabindex", "0"));

new MutationObserver(reachable).observe(document.querySelector(".md-content"), { childList: true, subtree: true });
reachable();

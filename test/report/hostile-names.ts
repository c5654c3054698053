/** Names that mean something to a terminal, to Markdown, XML, HTML, Mermaid and scripts. */
export const hostile =
  '</text></svg><script>alert(1)</script>"\'`]]>&amp;#lt; %% --> end\u0000\u001b[2J\u202e\ufeff\ud800';

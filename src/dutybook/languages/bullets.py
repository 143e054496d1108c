"""The signs before items of lists: dashes, and bullets of any kind, arrows and boxes to tick among them.

Both are written for the inside of a set of a regular expression. What people type in their place (``*``, ``o``, ``[ ]``) is read
where it is one of several, by ``structure.typed_lists``.
"""

DASHES = "—–−‒―⁃-"
# Letters of symbol fonts, which a text kept when it lost the font, are bullets whatever they are.
_OF_FONTS = "\uf020-\uf0ff"
BULLETS = f"•‣◦●○◉■□▪▫◼◻◆◇❖❑❒❏❐➢➣➤►▶▷▸▹✓✔✗✘☐☑☒★☆➔➜➝→⇒∙⋅·{_OF_FONTS}"
# Those that stand before a word without a space, too; others mark a version or lead to something.
TIGHT_BULLETS = f"•●■□▪✓✔☐☑☒❖➢{_OF_FONTS}"

"""Finds the article on a page: its body among menus, teasers and advertisements, and when, where and by whom it was published."""

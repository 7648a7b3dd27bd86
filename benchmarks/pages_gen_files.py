"""Script of mkdocs-gen-files: the same pages, their tables written in Markdown."""

from __future__ import annotations

import os

import mkdocs_gen_files

from benchmarks.tables import HEADER, page_name, rows

for number in range(int(os.environ["PAGES"])):
    with mkdocs_gen_files.open(page_name(number), "w") as file:
        file.write(f"# Page {number}\n\n")
        file.write("| " + " | ".join(HEADER) + " |\n" + "|---" * len(HEADER) + "|\n")
        file.writelines("| " + " | ".join(row) + " |\n" for row in rows())

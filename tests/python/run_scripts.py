"""Runs the scripts that Atelier writes for PyTorch, as they are downloaded.

run_scripts.py FOLDER
    Runs `atelier.py`, or `atelier.ipynb` after nbformat has checked it, in each folder below FOLDER; exits with 77 where a
    package is missing.
"""

import os
import pathlib
import sys

try:
    import nbformat
    import tensorboard
    import torch
    import torchvision
except ImportError as error:
    print(f"left out: {error}")
    sys.exit(77)

torch.set_num_threads(1)
for folder in sorted(path for path in pathlib.Path(sys.argv[1]).iterdir() if (path / "data").exists()):
    script, notebook = folder / "atelier.py", folder / "atelier.ipynb"
    os.chdir(folder)
    names = {"__name__": "__main__"}
    if notebook.exists():
        content = nbformat.read(notebook, as_version=nbformat.NO_CONVERT)
        nbformat.validate(content)
        assert (content.nbformat, content.nbformat_minor) == (4, 5)
        for cell in content.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{folder.name}, cell {cell.id}", "exec"), names)
    else:
        exec(compile(script.read_text(encoding="utf-8"), f"{folder.name}/{script.name}", "exec"), names)

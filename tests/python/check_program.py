"""The programs that the page writes for PyTorch, given on stdin and separated by NUL.

check_program.py compile
    Fails if one of them is not Python.
check_program.py run
    Runs each on 40 made-up images, without torchvision, and prints the learning rate of every step as JSON; exits
    with 77 where torch is not installed.
"""

import contextlib
import json
import os
import sys
import tempfile
from unittest import mock

programs = [compile(text, "program", "exec") for text in sys.stdin.read().split("\0")]
if sys.argv[1] == "compile":
    sys.exit()

try:
    import torch
    from torch.optim.optimizer import register_optimizer_step_pre_hook
except ImportError as error:
    print(f"left out: {error}")
    sys.exit(77)

torch.set_num_threads(1)
images = torch.rand(40, 1, 28, 28, generator=torch.Generator().manual_seed(1))
data = mock.MagicMock(FashionMNIST=lambda *_, **__: [(image, at % 10) for at, image in enumerate(images)])
torchvision = mock.MagicMock(datasets=data)
sys.modules.update({
    "torchvision": torchvision,
    "torchvision.datasets": data,
    "torchvision.transforms": torchvision.transforms,
})
rates = []
register_optimizer_step_pre_hook(lambda optimizer, *_: rates[-1].append(optimizer.param_groups[0]["lr"]))
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
    os.chdir(folder)
    for program in programs:
        rates.append([])
        exec(program, {"__name__": "__main__"})
    os.chdir("/")
json.dump(rates, sys.stdout)

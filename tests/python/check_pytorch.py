"""Real PyTorch on the other side of our files; exits with 77 where torch is not installed.

check_pytorch.py load FILE.safetensors IMAGES.bin LOGITS.json
    Loads the weights without touching a key and compares the logits with ours.
check_pytorch.py make SEED FOLDER IMAGES.bin
    Writes what PyTorch writes: state_dict.pt, checkpoint.pt, state_dict.safetensors, and logits.json to compare with.
"""

import json
import pathlib
import sys

try:
    import torch
    import torch.nn.functional as F
    from safetensors.torch import load_file, save_file
except ImportError as error:
    print(f"left out: {error}")
    sys.exit(77)

LARGEST_DIFFERENCE = 1e-4


class GarmentClassifier(torch.nn.Module):
    """As https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html has it."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, 5)
        self.pool = torch.nn.MaxPool2d(2, 2)
        self.conv2 = torch.nn.Conv2d(6, 16, 5)
        self.fc1 = torch.nn.Linear(16 * 4 * 4, 120)
        self.fc2 = torch.nn.Linear(120, 84)
        self.fc3 = torch.nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 4 * 4)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def logits_of(model, path):
    pixels = torch.frombuffer(bytearray(pathlib.Path(path).read_bytes()), dtype=torch.uint8)
    images = (pixels.reshape(-1, 1, 28, 28) / 255 - 0.5) / 0.5
    with torch.no_grad():
        return model(images)


def load(weights, images, expected):
    model = GarmentClassifier()
    model.load_state_dict(load_file(weights))
    ours = torch.tensor(json.loads(pathlib.Path(expected).read_text()))
    difference = (logits_of(model, images) - ours).abs().max().item()
    print(f"{len(ours)} images, largest difference of a logit {difference:.3g}")
    sys.exit(0 if difference < LARGEST_DIFFERENCE else 1)


def make(seed, folder, images):
    torch.manual_seed(int(seed))
    folder = pathlib.Path(folder)
    model = GarmentClassifier()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    model(torch.zeros(1, 1, 28, 28)).sum().backward()
    optimizer.step()
    torch.save(model.state_dict(), folder / "state_dict.pt")
    checkpoint = {
        "epoch": 3,
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "loss": 0.5,
    }
    torch.save(checkpoint, folder / "checkpoint.pt")
    save_file(model.state_dict(), folder / "state_dict.safetensors")
    (folder / "logits.json").write_text(json.dumps(logits_of(model, images).tolist()))


{"load": load, "make": make}[sys.argv[1]](*sys.argv[2:])

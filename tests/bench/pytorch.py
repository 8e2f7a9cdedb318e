"""PyTorch's side of `cargo xtask bench native`: the tutorial's network over the fixture's batches.

Prints a line of JSON for each batch size. Images come from the site's shards (`www/data`), or with
`--idx DIR` from the official files `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`.
"""

import argparse
import gzip
import json
import statistics
import time
from pathlib import Path

import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/fixtures"
PIXELS = 28 * 28
# Losses are read once in so many seconds, as Atelier does.
STRETCH = 0.12


def from_shards(folder):
    images, labels = [], []
    for shard in json.loads((folder / "manifest.json").read_text())["train"]["shards"]:
        data = torch.frombuffer(bytearray(gzip.decompress((folder / shard["file"]).read_bytes())), dtype=torch.uint8)
        images.append(data[: shard["images"] * PIXELS].view(-1, 1, 28, 28))
        labels.append(data[shard["images"] * PIXELS :])
    return torch.cat(images), torch.cat(labels)


def from_idx(folder):
    def read(name, header):
        data = gzip.decompress((folder / name).read_bytes())[header:]
        return torch.frombuffer(bytearray(data), dtype=torch.uint8)

    images = read("train-images-idx3-ubyte.gz", 16).view(-1, 1, 28, 28)
    return images, read("train-labels-idx1-ubyte.gz", 8)


def network():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2, 2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2, 2),
        nn.Flatten(),
        nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )


def batches_of(images, labels, size, device):
    """Whole batches, normalised beforehand, in the fixture's order."""
    order = torch.tensor(json.loads((FIXTURES / "order.json").read_text())).flatten()
    inputs = (images[order].float() / 255 - 0.5) / 0.5
    targets = labels[order].long()
    count = len(order) // size
    return [
        (inputs[at * size : (at + 1) * size].to(device), targets[at * size : (at + 1) * size].to(device))
        for at in range(count)
    ]


def trainer(batches, device):
    """Gives a function that takes so many steps and tells their losses."""
    # The fixture's weights are the first that this seed gives.
    torch.manual_seed(0)
    model = network().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    cross_entropy = nn.CrossEntropyLoss()
    taken = 0

    def steps(count):
        nonlocal taken
        losses = []
        for _ in range(count):
            images, labels = batches[taken % len(batches)]
            taken += 1
            optimizer.zero_grad()
            loss = cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        # Waits for whatever is still under way on a GPU.
        return torch.stack(losses).tolist()

    return steps


def measure(steps, size, seconds):
    begun = time.perf_counter()
    first_loss = steps(1)[0]
    warm_up = time.perf_counter() - begun
    warm = 1
    begun = time.perf_counter()
    while warm < 3 or time.perf_counter() - begun < seconds / 4:
        before = time.perf_counter()
        steps(1)
        step = time.perf_counter() - before
        warm += 1

    timed, stretches = 0, []
    begun = time.perf_counter()
    while not stretches or time.perf_counter() - begun < seconds:
        count = max(1, min(1000, round(STRETCH / step)))
        before = time.perf_counter()
        steps(count)
        step = (time.perf_counter() - before) / count
        stretches.append(step)
        timed += count
    median = statistics.median(stretches)
    return {
        "step_ms": median * 1000,
        "images_per_second": size / median,
        "first_loss": first_loss,
        "warm_up_ms": warm_up * 1000,
        "steps": warm + timed,
        "timed_steps": timed,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", default="4,64,512")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--data", type=Path, default=ROOT / "www/data", help="folder of the site's shards")
    parser.add_argument("--idx", type=Path, help="folder of the official files, instead of the shards")
    parser.add_argument("--losses", type=int, help="print only so many first losses, by batch size")
    wish = parser.parse_args()
    torch.set_num_threads(wish.threads)
    if wish.device == "cuda" and not torch.cuda.is_available():
        parser.error("this PyTorch has no CUDA device")
    images, labels = from_idx(wish.idx) if wish.idx else from_shards(wish.data)
    where = torch.cuda.get_device_name() if wish.device == "cuda" else f"CPU, threads: {wish.threads}"
    losses = {}
    for size in map(int, wish.batches.split(",")):
        steps = trainer(batches_of(images, labels, size, wish.device), wish.device)
        if wish.losses:
            losses[size] = steps(wish.losses)
            continue
        case = {"case": f"pytorch-{size}", "engine": f"PyTorch {torch.__version__}, {where}"}
        print(json.dumps(case | measure(steps, size, wish.seconds)), flush=True)
    if losses:
        print(json.dumps(losses))


if __name__ == "__main__":
    main()

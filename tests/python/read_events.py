"""Prints the scalars of TensorBoard's event files below a folder as JSON: {folder: {tag: [[step, value]]}}."""

import json
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

root = pathlib.Path(sys.argv[1])
curves = {}
for folder in sorted({file.parent for file in root.rglob("*tfevents*")}):
    events = EventAccumulator(str(folder)).Reload()
    name = "" if folder == root else str(folder.relative_to(root))
    curves[name] = {
        tag: [[point.step, point.value] for point in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }
print(json.dumps(curves))

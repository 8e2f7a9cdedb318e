"""Checks an ONNX model against PyTorch: check_onnx.py MODEL.onnx IMAGES.bin PROBABILITIES.json

IMAGES.bin holds 784 raw pixels for each image; PROBABILITIES.json a list of ten numbers for each.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime

LARGEST_DIFFERENCE = 1e-5


def expect(condition, message):
    if not condition:
        sys.exit(f"check_onnx: {message}")


def expect_close(found, expected, what):
    expect(found.shape == expected.shape, f"{what} have shape {found.shape}, not {expected.shape}")
    difference = float(numpy.abs(found - expected).max())
    # A NaN fails this comparison as well.
    expect(difference < LARGEST_DIFFERENCE, f"{what} differ by up to {difference:.3g}")
    return difference


def check_description(model):
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        sys.exit(f"check_onnx: the model is not valid: {error}")
    versions = [imported.version for imported in model.opset_import if imported.domain == ""]
    expect(versions and min(versions) >= 17, f"operator sets are {versions}, not 17 or later")

    expect([value.name for value in model.graph.input] == ["images"], "the input is not `images`")
    tensor = model.graph.input[0].type.tensor_type
    expect(tensor.elem_type == onnx.TensorProto.UINT8, "the input is not of unsigned bytes")
    batch, *image = tensor.shape.dim
    expect(batch.dim_param, "the input's batch size is not free")
    expect([size.dim_value for size in image] == [1, 28, 28], "the input is not of 28x28 images")
    outputs = [value.name for value in model.graph.output]
    expect(outputs == ["logits", "probabilities"], f"the outputs are {outputs}")

    metadata = {entry.key: entry.value for entry in model.metadata_props}
    names = json.loads(metadata.get("class_names", "null"))
    named = isinstance(names, list) and all(isinstance(name, str) for name in names)
    expect(named and len(set(names)) == 10, f"class_names in the metadata are {names}")


def main(model_path, images_path, probabilities_path):
    model = onnx.load(model_path)
    check_description(model)

    expected = numpy.array(json.loads(pathlib.Path(probabilities_path).read_text()))
    pixels = numpy.fromfile(images_path, dtype=numpy.uint8)
    expect(pixels.size and pixels.size % 784 == 0, f"{pixels.size} bytes are not whole images")
    images = pixels.reshape(-1, 1, 28, 28)

    session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])
    together = session.run(["logits", "probabilities"], {"images": images})
    singly = [
        session.run(["logits", "probabilities"], {"images": image[None]}) for image in images
    ]
    singly = [numpy.concatenate(outputs) for outputs in zip(*singly)]

    differences = []
    for (logits, probabilities), batch in (together, len(images)), (singly, 1):
        scores = numpy.exp(logits - logits.max(axis=1, keepdims=True), dtype=numpy.float64)
        softmax = scores / scores.sum(axis=1, keepdims=True)
        what = f"probabilities at batch {batch}"
        differences.append(expect_close(probabilities, expected, what))
        expect_close(softmax, expected, f"softmaxes of the logits at batch {batch}")
    print(
        f"{model.graph.name}: {len(images)} images, together and one by one;"
        f" largest difference {max(differences):.3g}"
    )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

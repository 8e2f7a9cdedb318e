//! The data set and its loaders.

use super::{Chapter, Code, EXACT_FILE};
use crate::library::CodeRequest;
use crate::settings::{Augmentation, number};

/// Reads a folder of shards, if they are those of the run's data set.
const OWN_DATA: &str = r#"

class Shards(Dataset):
    """A split of the data set in the folder "data", which Atelier's trainer writes with --write-data data."""

    def __init__(self, split, transform):
        folder = Path("data")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["own"]["sha256"] != json.loads(DATA_SET)["sha256"]:
            raise ValueError("the folder data holds another data set than the run's")
        pixels, labels = bytearray(), bytearray()
        for shard in manifest[split]["shards"]:
            content = gzip.decompress((folder / shard["file"]).read_bytes())
            pixels += content[: 784 * shard["images"]]
            labels += content[784 * shard["images"] :]
        self.images = torch.frombuffer(pixels, dtype=torch.uint8).reshape(-1, 1, 28, 28)
        self.labels = torch.frombuffer(labels, dtype=torch.uint8).long()
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.transform(self.images[index]), self.labels[index]


"#;

/// The run's corrections, from the file that the page offers for them.
const CORRECTIONS_OF_A_FILE: &str = r#"
with open("atelier-corrections.json") as file:  # which Atelier offers beside this script
    corrections = [(it["split"], it["index"], it["label"]) for it in json.load(file)["corrections"]]
"#;

/// The same from the file of an exact script.
const EXPORTED_CORRECTIONS: &str = r#"
corrections = [
    ("test" if is_test else "train", index, None if label < 0 else label)
    for is_test, index, label in exported["corrections"].tolist()
]
"#;

/// Applies them.
const CORRECTED: &str = r#"

def corrected(dataset, split):
    """Gives images their corrected labels, and leaves out those that have none."""
    left_out = set()
    for of, index, label in corrections:
        if of == split:
            if label is None:
                left_out.add(index)
            else:
                dataset.targets[index] = label
    return Subset(dataset, [index for index in range(len(dataset)) if index not in left_out])


training_set = corrected(training_set, "train")
validation_set = corrected(validation_set, "test")
"#;

/// Goes through the images in the order of the exported file.
const EXPORTED_BATCHES: &str = r#"

class ExportedBatches:
    """The batches of each epoch, in the order of Atelier's run."""

    def __init__(self, order, batch_sizes):
        self.order, self.batch_sizes, self.epoch = order, batch_sizes.tolist(), 0

    def __len__(self):
        return len(self.batch_sizes)

    def __iter__(self):
        order = self.order[self.epoch % len(self.order)]
        self.epoch += 1
        return (batch.tolist() for batch in order.split(self.batch_sizes))


batches = ExportedBatches(exported["order"], exported["batch_sizes"])
training_loader = DataLoader(training_set, batch_sampler=batches)
"#;

const LOADER: &str =
    "training_loader = DataLoader(training_set, batch_size=BATCH_SIZE, shuffle=True)\n";

/// Both splits, the augmentation of the first, and the loaders.
pub(super) fn chapter(CodeRequest { config, data, exact }: &CodeRequest) -> Chapter {
    let mut code = Code(String::new());
    let (is_own, corrects) = (data.own().is_some(), data.corrects());
    let augments = !config.augmentation.is_off();
    transforms(&mut code, &config.augmentation);
    code.add_if(is_own, OWN_DATA);
    for (name, train, transform) in [
        ("training", "True", if augments { "augmented" } else { "transform" }),
        ("validation", "False", "transform"),
    ] {
        let split = if name == "training" { "train" } else { "test" };
        code.add(&if is_own {
            format!("{name}_set = Shards(\"{split}\", {transform})\n")
        } else {
            format!(
                "{name}_set = FashionMNIST(\"data\", train={train}, transform={transform}, download=True)\n"
            )
        });
    }
    if *exact {
        code.add(&format!("\nexported = torch.load(\"{EXACT_FILE}\", weights_only=True)\n"));
    }
    if corrects {
        code.add(if *exact { EXPORTED_CORRECTIONS } else { CORRECTIONS_OF_A_FILE });
        code.add(CORRECTED);
    }
    if *exact {
        code.add(EXPORTED_BATCHES);
    } else {
        code.add("\n");
        code.add(LOADER);
    }
    code.add("validation_loader = DataLoader(validation_set, batch_size=500)");
    let mut about = if is_own {
        "The shards in the folder `data`, which Atelier's trainer writes: `train --data PATH --write-data data`."
    } else {
        "Fashion-MNIST, with pixels from -1 to 1."
    }
    .to_owned();
    if corrects && !exact {
        about += " The corrections are those of `atelier-corrections.json`, which Atelier offers beside the notebook.";
    }
    if *exact {
        about += &format!(
            " The batches are those of Atelier's run, in `{EXACT_FILE}`, and so are its corrections if it has some; in Colab, put that file beside the notebook first."
        );
    }
    if augments {
        about += " Images are changed at random as in Atelier, but PyTorch draws other random numbers: the losses agree in \
                  distribution, not one by one.";
    }
    Chapter { title: "Data set", about, code: code.finish() }
}

/// From bytes to numbers, for training with the changes of the augmentation.
fn transforms(code: &mut Code, augmentation: &Augmentation) {
    transform(code, "transform", "");
    if augmentation.is_off() {
        return;
    }
    let Augmentation { shift, flip, erase } = *augmentation;
    // On images whose background is still 0, in the order in which `dataset::augmentation` applies them.
    let mut changes = String::new();
    if flip {
        changes.push_str("    v2.RandomHorizontalFlip(p=0.5),\n");
    }
    if shift > 0 {
        changes.push_str(&format!(
            "    # Shifts by up to {shift} pixels along each axis.\n    v2.RandomCrop(28, padding={shift}),\n"
        ));
    }
    if erase > 0.0 {
        changes.push_str(&format!("    v2.RandomErasing(p={}),\n", number(erase)));
    }
    code.add(
        "# Atelier changes images by the same distributions, but PyTorch draws other random numbers: with these, the losses\n\
         # agree in distribution, not one by one.\n",
    );
    transform(code, "augmented", &changes);
}

/// Bytes to numbers from -1 to 1, after these changes.
fn transform(code: &mut Code, name: &str, changes: &str) {
    code.add(&format!(
        "{name} = v2.Compose([\n    v2.ToImage(),\n    v2.ToDtype(torch.float32, scale=True),\n\
         {changes}    v2.Normalize((0.5,), (0.5,)),\n])\n"
    ));
}

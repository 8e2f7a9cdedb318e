//! The data set of a generated program for PyTorch.

/// What a run corrects in the tutorial's data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Images of either split with another label, or left out.
    pub images: usize,
    /// Images left out of training.
    pub left_out_of_training: usize,
}

/// The data set that a program trains on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramData {
    /// Fashion-MNIST, as it was published or with corrections.
    Tutorial(Corrected),
    /// One of one's own, in the folder of shards that `docs/own-classes.md` describes.
    Own {
        /// Its classes, 2 to 64.
        classes: usize,
        /// Its images to train on.
        training_images: usize,
    },
}

impl From<Corrected> for ProgramData {
    fn from(corrected: Corrected) -> Self {
        Self::Tutorial(corrected)
    }
}

/// Images in the training set of Fashion-MNIST.
const TRAINING_IMAGES: usize = 60_000;

impl ProgramData {
    /// Classes that the network tells apart.
    pub(super) const fn classes(self) -> usize {
        match self {
            Self::Tutorial(_) => 10,
            Self::Own { classes, .. } => classes,
        }
    }

    /// Images that are trained on.
    pub(super) const fn training_images(self) -> usize {
        match self {
            Self::Tutorial(corrected) => {
                TRAINING_IMAGES.saturating_sub(corrected.left_out_of_training)
            }
            Self::Own { training_images, .. } => training_images,
        }
    }

    /// Whether some of the tutorial's images are corrected.
    pub(super) const fn corrects(self) -> bool {
        matches!(self, Self::Tutorial(corrected) if corrected.images > 0)
    }

    /// Whether it is one of one's own.
    pub(super) const fn is_own(self) -> bool {
        matches!(self, Self::Own { .. })
    }
}

/// Reads a folder of shards.
pub(super) const OWN_DATA: &str = r#"

class Shards(Dataset):
    """A split of the data set in the folder "data", which Atelier's trainer writes with --write-data data."""

    def __init__(self, split, transform):
        folder = Path("data")
        pixels, labels = bytearray(), bytearray()
        for shard in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))[split]["shards"]:
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

/// Applies the corrections of a file that the page exports.
pub(super) const CORRECTIONS: &str = r#"
with open("atelier-corrections.json") as file:  # from Understand, Corrections, Export
    corrections = json.load(file)["corrections"]


def corrected(dataset, split):
    """Gives images their corrected labels, and leaves out those that have none."""
    left_out = set()
    for correction in corrections:
        if correction["split"] == split:
            if correction["label"] is None:
                left_out.add(correction["index"])
            else:
                dataset.targets[correction["index"]] = correction["label"]
    return Subset(dataset, [index for index in range(len(dataset)) if index not in left_out])


training_set = corrected(training_set, "train")
validation_set = corrected(validation_set, "test")
"#;

//! The classes of the tutorial's data set, Fashion-MNIST.

/// Classes of garments.
pub const CLASSES: usize = 10;

/// The names of the classes by label, as the PyTorch tutorial spells them.
pub const CLASS_NAMES: [&str; CLASSES] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle Boot",
];

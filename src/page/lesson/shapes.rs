//! The layers with the shapes of their outputs.

use crate::network::{Layer, Network, POOL, SIDE};

/// A layer as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRow {
    /// PyTorch's name for it.
    pub name: &'static str,
    /// The shape of its output for one image: channels, rows and columns, or just features.
    pub output: Vec<usize>,
    /// Its weights and biases.
    pub parameters: usize,
}

impl LayerRow {
    /// The shape as text: `6 × 24 × 24`.
    pub fn shape(&self) -> String {
        self.output.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
    }
}

/// The shape of an image.
pub const INPUT: [usize; 3] = [1, SIDE, SIDE];

/// Every layer of the tutorial's network, in the order in which an image passes through them.
pub fn layer_rows() -> Vec<LayerRow> {
    let mut shape = INPUT.to_vec();
    let mut rows = Vec::new();
    for layer in Network::TUTORIAL.layers() {
        let (name, parameters) = match layer {
            Layer::Convolution(weighted) => {
                let sizes = weighted.weight.shape;
                // Without padding, a kernel takes its side less one from each side of the image.
                let sides = shape.iter().skip(1).zip(sizes.iter().skip(2));
                let sides: Vec<_> = sides.map(|(side, kernel)| side + 1 - kernel).collect();
                shape = sizes.iter().take(1).copied().chain(sides).collect();
                (weighted.name, weighted.weight.len() + weighted.bias.len())
            }
            Layer::Linear(weighted) => {
                shape = weighted.bias.shape.to_vec();
                (weighted.name, weighted.weight.len() + weighted.bias.len())
            }
            Layer::Relu => ("relu", 0),
            Layer::MaxPool => {
                shape.iter_mut().skip(1).for_each(|side| *side /= POOL);
                ("max_pool2d", 0)
            }
            Layer::Flatten => {
                shape = vec![shape.iter().product()];
                ("flatten", 0)
            }
        };
        rows.push(LayerRow { name, output: shape.clone(), parameters });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_becomes_ten_numbers() {
        let rows = layer_rows();
        let found: Vec<_> = rows.iter().map(|row| (row.name, row.shape())).collect();
        let expected = [
            ("conv1", "6 × 24 × 24"),
            ("relu", "6 × 24 × 24"),
            ("max_pool2d", "6 × 12 × 12"),
            ("conv2", "16 × 8 × 8"),
            ("relu", "16 × 8 × 8"),
            ("max_pool2d", "16 × 4 × 4"),
            ("flatten", "256"),
            ("fc1", "120"),
            ("relu", "120"),
            ("fc2", "84"),
            ("relu", "84"),
            ("fc3", "10"),
        ];
        assert_eq!(found, expected.map(|(name, shape)| (name, shape.to_owned())));
        assert_eq!(rows.iter().map(|row| row.parameters).sum::<usize>(), 44_426);
    }
}

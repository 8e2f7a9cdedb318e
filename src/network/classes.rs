//! The network for a number of classes.

use super::layers::{self, Layer, Weighted};
use super::parameters::Parameter;
use super::tutorial::CLASSES;

/// The network for so many classes: its layers and parameters. Two are the same if they have as many classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    classes: usize,
}

impl Network {
    /// The tutorial's, with ten classes.
    pub const TUTORIAL: Self = Self { classes: CLASSES };
    /// The fewest classes: with one there would be nothing to learn.
    pub const FEWEST_CLASSES: usize = 2;
    /// The most classes: the fused kernels for a GPU keep all logits of an image in a workgroup's memory.
    pub const MOST_CLASSES: usize = 64;

    /// The network for so many classes; `None` unless they are from [`Self::FEWEST_CLASSES`] to [`Self::MOST_CLASSES`].
    ///
    /// ```
    /// use atelier::network::Network;
    ///
    /// let network = Network::new(10).expect("the tutorial's classes");
    /// assert_eq!(network.numbers(), 44_426);
    /// let weights = network.initial_weights(0);
    /// assert_eq!(weights["conv1.weight"].shape, [6, 1, 5, 5]);
    /// assert_eq!(weights["fc3.weight"].shape, [10, 84]);
    /// assert_eq!(Network::new(1), None);
    /// ```
    #[must_use]
    pub const fn new(classes: usize) -> Option<Self> {
        match classes {
            Self::FEWEST_CLASSES..=Self::MOST_CLASSES => Some(Self { classes }),
            _ => None,
        }
    }

    /// The network whose parameters have so many numbers together.
    #[must_use]
    pub fn with_numbers(numbers: usize) -> Option<Self> {
        let mut all = (Self::FEWEST_CLASSES..=Self::MOST_CLASSES).filter_map(Self::new);
        all.find(|network| network.numbers() == numbers)
    }

    /// How many classes it has, 2 to 64.
    #[must_use]
    pub const fn classes(self) -> usize {
        self.classes
    }

    /// Its last layer: 84 to a logit for each class.
    #[must_use]
    pub const fn fc3(self) -> Weighted {
        layers::fc3(self.classes)
    }

    /// Its layers with weights, in the order in which an image passes through them.
    #[must_use]
    pub const fn weighted_layers(self) -> [Weighted; 5] {
        layers::weighted_layers(self.classes)
    }

    /// The whole network, from normalised images to logits.
    #[must_use]
    pub const fn layers(self) -> [Layer; 12] {
        layers::layers(self.classes)
    }

    /// Every parameter in PyTorch's order.
    #[must_use]
    pub const fn parameters(self) -> [Parameter; 10] {
        layers::parameters(self.classes)
    }

    /// How many numbers all parameters have: 44,426 with ten classes, and 85 with each class more.
    #[must_use]
    pub const fn numbers(self) -> usize {
        let (parameters, mut numbers, mut at) = (self.parameters(), 0, 0);
        while at < parameters.len() {
            numbers += parameters[at].len();
            at += 1;
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn there_are_networks_for_two_to_sixty_four_classes() {
        let possible: Vec<usize> = (0..100).filter(|it| Network::new(*it).is_some()).collect();
        assert_eq!(possible, (2..=64).collect::<Vec<_>>());
        assert_eq!(Network::new(10), Some(Network::TUTORIAL));
    }

    #[test]
    fn only_the_last_layer_follows_the_classes() {
        let shapes = |classes| {
            Network::new(classes).unwrap().parameters().map(|it| (it.name, it.shape.to_vec()))
        };
        let (two, many) = (shapes(2), shapes(64));
        assert_eq!(two[..8], many[..8]);
        assert_eq!(two[8..], [("fc3.weight", vec![2, 84]), ("fc3.bias", vec![2])]);
        assert_eq!(many[8..], [("fc3.weight", vec![64, 84]), ("fc3.bias", vec![64])]);
        assert_eq!(many[2], ("conv2.weight", vec![16, 6, 5, 5]));
    }

    #[test]
    fn each_class_more_is_eighty_five_numbers_more() {
        assert_eq!(Network::TUTORIAL.numbers(), 44_426);
        assert_eq!(Network::new(11).unwrap().numbers(), 44_511);
        assert_eq!(Network::new(2).unwrap().numbers(), 43_746);
        for network in (2..=64).filter_map(Network::new) {
            assert_eq!(Network::with_numbers(network.numbers()), Some(network));
            assert_eq!(Network::with_numbers(network.numbers() + 1), None);
        }
    }
}

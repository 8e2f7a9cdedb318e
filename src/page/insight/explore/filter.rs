//! Which images are shown, in which order: plain data.

use std::sync::OnceLock;

use super::list::Explored;
use crate::insight::{EvaluatedImage, Evaluation, ImageOrder};
use crate::protocol::insight::SplitName;

/// Whether the prediction is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Judgement {
    /// It does not matter.
    #[default]
    Either,
    /// It must be.
    Right,
    /// It must not be.
    Wrong,
}

impl Judgement {
    /// As the page's elements name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Either => "",
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }

    /// The one with this name, or else [`Self::Either`].
    pub fn named(name: &str) -> Self {
        [Self::Right, Self::Wrong].into_iter().find(|it| it.name() == name).unwrap_or_default()
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Filter {
    /// Images of this split; `None` for both.
    pub split: Option<SplitName>,
    /// Images with this label; `None` for all.
    pub class: Option<usize>,
    /// By whether the prediction is right.
    pub right: Judgement,
    /// Which come first; of equal ones, those of the training split.
    pub order: ImageOrder,
}

impl Filter {
    fn lets_through(&self, split: SplitName, image: &EvaluatedImage) -> bool {
        let is_right = match self.right {
            Judgement::Either => true,
            Judgement::Right => image.is_right(),
            Judgement::Wrong => !image.is_right(),
        };
        let is_of_split = self.split.is_none_or(|only| only == split);
        is_of_split && is_right && self.class.is_none_or(|class| image.label == class)
    }
}

/// What a network says of a split, sorted once for each order, when that is first needed: sorting 60,000 images takes longer
/// than a filter may.
#[derive(Debug, Default)]
pub struct Ordered {
    evaluation: Evaluation,
    by_loss: OnceLock<Vec<u32>>,
    by_confidence: OnceLock<Vec<u32>>,
    by_index: OnceLock<Vec<u32>>,
}

impl Ordered {
    /// Nothing is sorted yet.
    pub fn new(evaluation: Evaluation) -> Self {
        Self { evaluation, ..Self::default() }
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.evaluation.len()
    }

    /// The images in this order.
    fn images(&self, order: ImageOrder) -> impl Iterator<Item = EvaluatedImage> {
        let kept = match order {
            ImageOrder::Loss => &self.by_loss,
            ImageOrder::Confidence => &self.by_confidence,
            ImageOrder::Index => &self.by_index,
        };
        let indices = kept.get_or_init(|| {
            let mut images: Vec<_> = self.evaluation.images().collect();
            images.sort_unstable_by(|one, other| order.compare(one, other));
            images.into_iter().map(|image| image.index).collect()
        });
        indices.iter().filter_map(|index| self.evaluation.image(*index))
    }
}

/// The images of both splits that a filter lets through, in its order.
pub fn shown_of(train: &Ordered, test: &Ordered, filter: &Filter) -> Vec<Explored> {
    let of = |split: SplitName, ordered| {
        let images = Ordered::images(ordered, filter.order);
        images.filter(move |image| filter.lets_through(split, image)).peekable()
    };
    let (mut train, mut test) = (of(SplitName::Train, train), of(SplitName::Test, test));
    let mut shown = Vec::new();
    loop {
        let is_test_first = match (train.peek(), test.peek()) {
            (None, None) => return shown,
            (Some(train), Some(test)) => filter.order.compare(train, test).is_gt(),
            (train, _) => train.is_none(),
        };
        shown.extend(if is_test_first {
            test.next().map(|image| (SplitName::Test, image))
        } else {
            train.next().map(|image| (SplitName::Train, image))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::class_names::ClassNames;
    use crate::page::insight::mistakes::csv_of;

    fn evaluation(predicted: Vec<u8>, losses: Vec<f32>) -> Ordered {
        let (labels, confidence) = (vec![6, 6, 8], vec![0.5, 0.75, 0.625]);
        let class_losses = Vec::new();
        let classes = 10;
        Ordered::new(Evaluation { classes, labels, predicted, confidence, losses, class_losses })
    }

    fn shown(filter: Filter) -> Vec<(&'static str, u32)> {
        let train = evaluation(vec![6, 4, 8], vec![0.5, 2.0, 0.25]);
        let test = evaluation(vec![0, 6, 3], vec![3.0, 0.5, 2.5]);
        let shown = shown_of(&train, &test, &filter);
        shown.iter().map(|(split, image)| (split.as_str(), image.index)).collect()
    }

    #[test]
    fn both_splits_are_in_one_order() {
        let by_loss =
            [("test", 0), ("test", 2), ("train", 1), ("train", 0), ("test", 1), ("train", 2)];
        assert_eq!(shown(Filter::default()), by_loss);
        let by_index = Filter { order: ImageOrder::Index, ..Filter::default() };
        let expected =
            [("train", 0), ("test", 0), ("train", 1), ("test", 1), ("train", 2), ("test", 2)];
        assert_eq!(shown(by_index), expected);
    }

    #[test]
    fn each_order_is_found_once_and_the_others_stay() {
        let train = evaluation(vec![6, 4, 8], vec![0.5, f32::NAN, 2.0]);
        let first = |order| {
            let filter = Filter { order, ..Filter::default() };
            let shown = shown_of(&train, &Ordered::default(), &filter);
            shown.iter().map(|(_, image)| image.index).collect::<Vec<_>>()
        };
        for _ in 0..2 {
            assert_eq!(first(ImageOrder::Loss), [1, 2, 0], "NaN before all numbers");
            assert_eq!(first(ImageOrder::Confidence), [1, 2, 0]);
            assert_eq!(first(ImageOrder::Index), [0, 1, 2]);
        }
    }

    #[test]
    fn split_class_and_prediction_each_narrow_what_is_shown() {
        let test = Filter { split: Some(SplitName::Test), ..Filter::default() };
        assert_eq!(shown(test), [("test", 0), ("test", 2), ("test", 1)]);
        let bags = Filter { class: Some(8), ..Filter::default() };
        assert_eq!(shown(bags), [("test", 2), ("train", 2)]);
        let wrong = Filter { right: Judgement::Wrong, ..Filter::default() };
        assert_eq!(shown(wrong), [("test", 0), ("test", 2), ("train", 1)]);
        let right = Filter { right: Judgement::Right, class: Some(6), ..test };
        assert_eq!(shown(right), [("test", 1)]);
    }

    #[test]
    fn choices_have_names() {
        for right in [Judgement::Either, Judgement::Right, Judgement::Wrong] {
            assert_eq!(Judgement::named(right.name()), right);
        }
    }

    #[test]
    fn the_file_names_splits() {
        let evaluation = evaluation(vec![6, 4, 8], vec![0.5, 2.0, 0.25]);
        let filter = Filter { class: Some(8), ..Filter::default() };
        let shown = shown_of(&evaluation, &Ordered::default(), &filter);
        let told =
            csv_of(&ClassNames::default(), shown.iter().map(|(split, image)| (*split, image)));
        let expected =
            "split,index,true,predicted,confidence,loss\r\ntrain,2,Bag,Bag,0.625,0.25\r\n";
        assert_eq!(told, expected);
    }
}

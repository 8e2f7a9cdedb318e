//! Which images the gallery shows, in which order: plain data.

use super::grid_keys::At;
use super::table::{Cell, csv};
use crate::insight::{EvaluatedImage, Evaluation, ImageOrder, cell_images, mistakes};
use crate::page::class_names::ClassNames;
use crate::protocol::insight::SplitName;

/// So many images are shown at first, and more with each press of the button.
pub const FIRST: usize = 36;

/// What tells images apart, and the same image with other weights.
pub type Key = (u32, usize, u32, u32);

/// An image's key.
pub const fn key_of(image: &EvaluatedImage) -> Key {
    (image.index, image.predicted, image.confidence.to_bits(), image.loss.to_bits())
}

/// The images of a cell, or all mistakes, in this order.
pub fn shown_of(
    evaluation: &Evaluation,
    open: Option<At>,
    order: ImageOrder,
) -> Vec<EvaluatedImage> {
    let indices = match open {
        Some((class, predicted)) => cell_images(evaluation, class, predicted, order),
        None => mistakes(evaluation, order),
    };
    indices.into_iter().filter_map(|index| evaluation.image(index)).collect()
}

/// An order as the page's elements name it.
pub const fn order_name(order: ImageOrder) -> &'static str {
    match order {
        ImageOrder::Loss => "loss",
        ImageOrder::Confidence => "confidence",
        ImageOrder::Index => "index",
    }
}

/// The order with this name, or else the usual one.
pub fn order_named(name: &str) -> ImageOrder {
    let orders = [ImageOrder::Loss, ImageOrder::Confidence, ImageOrder::Index];
    orders.into_iter().find(|order| order_name(*order) == name).unwrap_or_default()
}

/// Images with their splits as CSV, with the names of their classes.
pub fn csv_of<'a>(
    names: &ClassNames,
    images: impl Iterator<Item = (SplitName, &'a EvaluatedImage)>,
) -> String {
    let rows = images.map(|(split, image)| {
        vec![
            Cell::text(split.as_str()),
            Cell::Whole(image.index.into()),
            Cell::class(names, image.label),
            Cell::class(names, image.predicted),
            Cell::Number(Some(image.confidence.into())),
            Cell::Number(Some(image.loss.into())),
        ]
    });
    let heads = ["split", "index", "true", "predicted", "confidence", "loss"];
    csv(&heads, &rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Index 0 right, 1 and 2 shirts taken for coats, 3 a bag taken for a dress.
    fn evaluation() -> Evaluation {
        Evaluation {
            labels: vec![6, 6, 6, 8],
            predicted: vec![6, 4, 4, 3],
            confidence: vec![0.5, 0.625, 0.875, 0.75],
            losses: vec![0.7, 1.5, 1.25, 4.0],
            ..Evaluation::default()
        }
    }

    fn shown(open: Option<At>, order: ImageOrder) -> Vec<u32> {
        shown_of(&evaluation(), open, order).iter().map(|image| image.index).collect()
    }

    #[test]
    fn without_a_cell_all_mistakes_are_shown_and_with_one_its_images() {
        assert_eq!(shown(None, ImageOrder::Loss), [3, 1, 2]);
        assert_eq!(shown(None, ImageOrder::Confidence), [2, 3, 1]);
        assert_eq!(shown(None, ImageOrder::Index), [1, 2, 3]);
        assert_eq!(shown(Some((6, 4)), ImageOrder::Loss), [1, 2]);
        assert_eq!(shown(Some((6, 4)), ImageOrder::Confidence), [2, 1]);
        assert_eq!(shown(Some((6, 6)), ImageOrder::Loss), [0]);
        assert_eq!(shown(Some((0, 0)), ImageOrder::Loss), [0_u32; 0]);
    }

    #[test]
    fn an_image_is_another_with_other_weights() {
        let [one, other] = [0.5, 0.25].map(|loss| EvaluatedImage {
            index: 1,
            label: 6,
            predicted: 4,
            confidence: 0.5,
            loss,
        });
        assert_ne!(key_of(&one), key_of(&other));
    }

    #[test]
    fn orders_have_names() {
        for order in [ImageOrder::Loss, ImageOrder::Confidence, ImageOrder::Index] {
            assert_eq!(order_named(order_name(order)), order);
        }
        assert_eq!(order_named("size"), ImageOrder::Loss);
    }

    #[test]
    fn the_file_lists_the_images_in_their_order() {
        let images = shown_of(&evaluation(), Some((6, 4)), ImageOrder::Confidence);
        let told =
            csv_of(&ClassNames::default(), images.iter().map(|image| (SplitName::Test, image)));
        let expected = "split,index,true,predicted,confidence,loss\r\ntest,2,Shirt,Coat,0.875,1.25\r\ntest,1,Shirt,Coat,0.625,1.5\r\n";
        assert_eq!(told, expected);
    }
}

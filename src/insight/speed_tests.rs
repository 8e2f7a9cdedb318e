//! How fast this room computes: `cargo test --release --no-default-features --lib insight::speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used)]

use std::time::Instant;

use super::{Evaluation, ForwardPass};
use crate::network::{CLASSES, PIXELS, initial_weights};

/// Images of noise with labels.
fn images(count: usize) -> (Vec<u8>, Vec<u8>) {
    let mut noise = 1_u32;
    let pixel = |_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let pixels = (0..count * PIXELS).map(pixel).collect();
    (pixels, (0..count).map(|image| (image % CLASSES) as u8).collect())
}

#[test]
#[ignore = "measures"]
fn an_evaluation_of_ten_thousand_images_is_complete() {
    let (pixels, labels) = images(10_000);
    let forward = ForwardPass::new(&initial_weights(0)).unwrap();
    let start = Instant::now();
    let mut evaluation = Evaluation::default();
    evaluation.add(&forward, &pixels, &labels).unwrap();
    println!("evaluation: {:.0} images a second", 10_000.0 / start.elapsed().as_secs_f64());
    assert_eq!(evaluation.len(), 10_000);
}

#![allow(clippy::unwrap_used)]
use super::*;
use crate::insight::example::{digest, image, is_like, weights};

fn pass() -> BackwardPass {
    BackwardPass::new(&weights()).unwrap()
}

#[test]
fn integrated_gradients_are_pytorchs() {
    // By PyTorch 2.15's autograd in float32, by the same sum: `digest` and the gap.
    let expected = [
        (1, [2.094_022_4, 4.825_776_6], -0.035_424_9),
        (20, [2.054_629_8, 4.471_706_5], -0.010_613_0),
        (200, [2.014_156_6, 4.436_087_1], -0.001_651_6),
    ];
    for (steps, pixels, gap) in expected {
        let found = integrated_gradients(&pass(), &image(1), 3, steps).unwrap();
        assert!(is_like(&found.pixels, pixels), "{steps}: {:?}", digest(&found.pixels));
        assert!((found.difference + 0.359_502_6).abs() < 1e-6, "{}", found.difference);
        assert!((found.gap - gap).abs() < 1e-5, "{steps}: {}", found.gap);
    }
}

#[test]
fn the_attributions_of_a_black_image_are_zero() {
    let found = integrated_gradients(&pass(), &[0; PIXELS], 3, 0).unwrap();
    assert!(found.pixels.iter().all(|pixel| *pixel == 0.0));
    assert_eq!((found.difference, found.gap), (0.0, 0.0));
    let found = occlusion(pass().forward(), &[0; PIXELS], 3, 5).unwrap();
    assert_eq!(found, [0.0; PIXELS]);
}

#[test]
fn occlusion_is_the_mean_fall_of_the_probability_over_the_squares_that_cover_a_pixel() {
    // By PyTorch 2.15's forward pass in float32 over every place of the square: `digest`, and the pixel at row 14, column 12.
    let expected = [
        (5, [-0.011_048_8, 0.718_666_3], -0.000_177_86),
        (28, [0.345_249_5, 15.037_533_4], -0.019_180_53),
        (1, [0.114_842_4, 0.188_284_5], -0.00090123),
    ];
    for (side, pixels, at) in expected {
        let found = occlusion(pass().forward(), &image(1), 3, side).unwrap();
        assert!(is_like(&found, pixels), "{side}: {:?}", digest(&found));
        assert!((found[14 * SIDE + 12] - at).abs() < 1e-6, "{side}: {}", found[14 * SIDE + 12]);
    }
    let sides =
        [0, 1, SIDE, usize::MAX].map(|side| occlusion(pass().forward(), &image(1), 3, side));
    assert!(sides[0] == sides[1] && sides[2] == sides[3] && sides[0] != sides[2]);
}

#[test]
fn grad_cam_is_pytorchs() {
    // By PyTorch 2.15: autograd, then `interpolate(mode="bilinear", align_corners=False)`: `digest`, the corner at the upper
    // left, and the pixel at row 13, column 20.
    let expected = [
        (2, [-0.313_753_2, 2.484_396_2], 0.005_798_13, 0.002_423_42),
        (3, [-0.024_938_9, 0.031_576_9], 0.0, 0.0),
        (6, [-0.329_597_0, 3.622_522_0], 0.009_880_92, 0.003_128_17),
        (9, [0.013_532_0, 0.201_834_2], 0.0, 0.000_011_604),
    ];
    for (class, pixels, corner, inside) in expected {
        let found = grad_cam(&pass(), &image(1), class).unwrap();
        assert!(is_like(&found, pixels), "{class}: {:?}", digest(&found));
        assert!((found[0] - corner).abs() < 1e-7, "{class}: {}", found[0]);
        assert!((found[13 * SIDE + 20] - inside).abs() < 1e-7, "{class}");
        assert!(found.iter().all(|pixel| *pixel >= 0.0));
    }
}

#[test]
fn a_class_that_the_network_lacks_is_an_error() {
    let none = InsightError::Label { label: 10 };
    let pass = pass();
    assert_eq!(integrated_gradients(&pass, &image(0), 10, 1), Err(none.clone()));
    assert_eq!(occlusion(pass.forward(), &image(0), 10, 5), Err(none.clone()));
    assert_eq!(grad_cam(&pass, &image(0), 10), Err(none));
}

#[test]
fn weights_that_are_not_finite_give_maps_without_a_panic() {
    let mut state = weights();
    state.values_mut().for_each(|array| array.values.fill(f32::NAN));
    let pass = BackwardPass::new(&state).unwrap();
    assert!(integrated_gradients(&pass, &image(0), 0, 2).unwrap().gap.is_nan());
    occlusion(pass.forward(), &image(0), 0, 20).unwrap();
    grad_cam(&pass, &image(0), 0).unwrap();
}

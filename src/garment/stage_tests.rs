//! Each stage of the way from a picture to a garment.
#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

fn paint(width: usize, height: usize, colour: impl Fn(usize, usize) -> [u8; 4]) -> Picture {
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgba = pixels.flat_map(|(x, y)| colour(x, y)).collect();
    Picture::new(width, height, rgba).unwrap()
}

const fn grey(level: u8) -> [u8; 4] {
    [level, level, level, 255]
}

fn garment(picture: &Picture) -> Prepared {
    prepare_photo(picture, None)
}

/// A T-shirt: a body with two sleeves, in hundredths of the edge.
const fn is_shirt(x: usize, y: usize) -> bool {
    let is_body = x >= 35 && x < 65 && y >= 25 && y < 80;
    let is_sleeve = x >= 22 && x < 78 && y >= 25 && y < 42;
    is_body || is_sleeve
}

/// The mean difference of two garments' pixels, as a share of white. A garment half a pixel wider is 0.03 apart.
fn apart(one: &Garment, other: &Garment) -> f64 {
    let differences = one.iter().zip(other).map(|(a, b)| f64::from(a.abs_diff(*b)));
    differences.sum::<f64>() / PIXELS as f64 / 255.0
}

/// That this is the shirt, give or take a pixel along its outline.
fn assert_plain(found: &Garment) {
    let apart = apart(found, &plain());
    assert!(apart < 0.09, "{apart}");
}

fn shirt_on(behind: impl Fn(usize, usize) -> [u8; 4], own: [u8; 4]) -> Prepared {
    garment(&paint(200, 200, |x, y| if is_shirt(x / 2, y / 2) { own } else { behind(x, y) }))
}

fn plain() -> Garment {
    shirt_on(|_, _| grey(0), grey(220)).garment.unwrap()
}

#[test]
fn the_stages_lead_from_the_picture_to_what_the_network_sees() {
    let prepared = shirt_on(|_, _| grey(240), grey(40));
    let kinds: Vec<_> = prepared.stages.iter().map(|stage| stage.kind).collect();
    let wanted = [
        StageKind::Picture,
        StageKind::Separated,
        StageKind::Trimmed,
        StageKind::Small,
        StageKind::Network,
    ];
    assert_eq!(kinds, wanted);
    for stage in &prepared.stages {
        assert!(stage.width.max(stage.height) <= STAGE_EDGE);
        assert_eq!(stage.rgba.len(), stage.width * stage.height * 4);
    }
    let last: Vec<u8> = prepared.stages[4].rgba.iter().step_by(4).copied().collect();
    assert_eq!(last, prepared.garment.unwrap());
    // Of the separated picture, the background is transparent.
    let separated = &prepared.stages[1];
    assert_eq!(separated.rgba[3], 0);
    assert_eq!(
        separated.rgba[(separated.height / 2 * separated.width + separated.width / 2) * 4 + 3],
        255
    );
}

#[test]
fn a_gradient_is_background_from_end_to_end() {
    let behind = |x: usize, y: usize| grey((60 + x / 2 + y / 4) as u8);
    let prepared = shirt_on(behind, grey(20));
    assert_eq!(prepared.background, BackgroundKind::Gradient);
    assert_plain(&prepared.garment.unwrap());
}

#[test]
fn a_garment_as_bright_as_its_background_is_told_by_its_colour() {
    // Both have a luma of 100.
    let prepared = shirt_on(|_, _| [30, 130, 130, 255], [190, 62, 62, 255]);
    assert_plain(&prepared.garment.unwrap());
}

#[test]
fn a_pale_part_that_the_rest_encloses_belongs_to_the_garment_and_a_hole_does_not() {
    let with_middle = |middle: u8| {
        let picture = paint(200, 200, |x, y| {
            let is_middle = (78..122).contains(&x) && (70..130).contains(&y);
            match is_shirt(x / 2, y / 2) {
                true if is_middle => grey(middle),
                true => grey(40),
                false => grey(200),
            }
        });
        garment(&picture).garment.unwrap()[14 * SIDE + 14]
    };
    assert!(with_middle(194) > 50, "{}", with_middle(194));
    assert_eq!(with_middle(200), 0);
}

#[test]
fn stripes_are_background() {
    let behind = |x: usize, _| grey(if x % 12 < 6 { 170 } else { 240 });
    let prepared = shirt_on(behind, grey(30));
    assert_eq!(prepared.background, BackgroundKind::Uneven);
    assert_plain(&prepared.garment.unwrap());
}

#[test]
fn noise_is_background() {
    let noise = |x: usize, y: usize| ((x * 7919) ^ (y * 104_729) ^ (x * y * 31)) % 97;
    let picture = paint(200, 200, |x, y| {
        let level = if is_shirt(x / 2, y / 2) { 30 } else { 150 };
        grey((level + noise(x, y)) as u8)
    });
    assert_plain(&garment(&picture).garment.unwrap());
}

#[test]
fn a_soft_shadow_is_background() {
    let behind = |x: usize, y: usize| {
        // A disc of shade around the shirt, which grows darker slowly.
        let far = (x as f32 - 110.0).hypot(y as f32 - 110.0);
        grey((230.0 - (95.0 - far).clamp(0.0, 80.0)) as u8)
    };
    let prepared = shirt_on(behind, grey(20));
    assert_plain(&prepared.garment.unwrap());
}

/// How much of the square that reaches so many hundredths of the edge to each side of a place is shirt, 0 to 1.
fn shirt_around(x: f32, y: f32, reach: f32) -> f32 {
    let offsets = (0..49).map(|i| ((i % 7) as f32 / 3.0 - 1.0, (i / 7) as f32 / 3.0 - 1.0));
    let is_in = |(right, down): (f32, f32)| {
        is_shirt((x + reach * right).max(0.0) as usize, (y + reach * down).max(0.0) as usize)
    };
    offsets.filter(|offset| is_in(*offset)).count() as f32 / 49.0
}

/// A shirt of this grey at its left and that one at its right, with a soft outline, on light grey, and the shadow that it casts:
/// the share of light that is missing where that is darkest.
fn lying_shirt(left: f32, right: f32, darkness: f32) -> Prepared {
    garment(&paint(200, 200, |x, y| {
        let (x, y) = (x as f32 / 2.0, y as f32 / 2.0);
        let lit = 1.0 - darkness * shirt_around(x - 3.0, y - 4.0, 6.0);
        let opacity = shirt_around(x, y, 1.5);
        let along = ((x - 22.0) / 56.0).clamp(0.0, 1.0);
        let own = left + (right - left) * along;
        grey((225.0 * lit + (own - 225.0 * lit) * opacity) as u8)
    }))
}

/// How much of the 28×28 pixels of a shirt's body, without its outline, is bright.
fn body(prepared: &Prepared) -> f32 {
    let garment = prepared.garment.unwrap();
    let is_bright = |at: usize| garment[at / 14 * SIDE + at % 14 + 7 * SIDE + 7] > 20;
    (0..14 * 14).filter(|at| is_bright(*at)).count() as f32 / (14.0 * 14.0)
}

#[test]
fn the_shadow_that_a_garment_casts_is_background() {
    for darkness in [0.25, 0.35, 0.45] {
        let own = 60.0;
        let apart = apart(
            &lying_shirt(own, own, darkness).garment.unwrap(),
            &lying_shirt(own, own, 0.0).garment.unwrap(),
        );
        assert!(apart < 0.04, "{darkness}: {apart}");
    }
}

#[test]
fn a_garment_that_grows_pale_is_not_lost_in_its_own_shadow() {
    for pale in [150.0, 170.0, 190.0] {
        let found = body(&lying_shirt(40.0, pale, 0.3));
        assert!(found > 0.95, "{pale}: {found}");
    }
}

#[test]
fn a_garment_without_a_level_edge_is_put_upright_by_its_halves() {
    // A cape: narrow above, round below.
    let askew = |degrees: f32| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        paint(300, 300, move |x, y| {
            let (x, y) = (x as f32 - 150.0, y as f32 - 150.0);
            let (u, v) = (cos * x + sin * y, cos * y - sin * x);
            let is_cape = u.hypot(v) < 95.0 && u.abs() < 0.55 * (v + 95.0);
            if is_cape { grey(220) } else { grey(10) }
        })
    };
    for degrees in [-7.0, -4.0, 5.0] {
        let found = garment(&askew(degrees)).degrees;
        assert!((found + degrees).abs() <= 1.5, "{degrees}: {found}");
    }
}

#[test]
fn opacity_separates_a_cut_out_even_from_its_own_colour() {
    let prepared = shirt_on(|_, _| [200, 30, 30, 0], [200, 30, 30, 255]);
    assert_eq!(prepared.background, BackgroundKind::Transparent);
    assert_plain(&prepared.garment.unwrap());
}

#[test]
fn whether_a_garment_is_negated_follows_from_the_picture_unless_told() {
    assert_eq!(shirt_on(|_, _| grey(200), grey(60)).tone, Tone::Light);
    assert_eq!(shirt_on(|_, _| grey(60), grey(200)).tone, Tone::Dark);
    let picture = paint(100, 100, |x, y| if is_shirt(x, y) { grey(200) } else { grey(60) });
    assert_eq!(prepare_photo(&picture, Some(Tone::Light)).tone, Tone::Light);
}

#[test]
fn a_garment_askew_is_put_upright() {
    let askew = |degrees: f32| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        paint(300, 300, move |x, y| {
            let (x, y) = (x as f32 - 150.0, y as f32 - 150.0);
            let (u, v) = (cos * x + sin * y, cos * y - sin * x);
            let at = |value: f32| (value / 3.0 + 50.0) as usize;
            if is_shirt(at(u), at(v)) { grey(220) } else { grey(10) }
        })
    };
    for degrees in [-7.0, 5.0] {
        let prepared = garment(&askew(degrees));
        assert!((prepared.degrees + degrees).abs() <= 1.5, "{degrees}: {}", prepared.degrees);
        assert_plain(&prepared.garment.unwrap());
    }
}

#[test]
fn a_shoe_that_points_right_is_mirrored_and_one_that_points_left_is_not() {
    let boot = |is_right: bool| {
        paint(200, 200, move |x, y| {
            let x = if is_right { 199 - x } else { x };
            let is_foot = (30..170).contains(&x) && (120..160).contains(&y);
            let is_shaft = (110..170).contains(&x) && (50..160).contains(&y);
            if is_foot || is_shaft { grey(230) } else { grey(0) }
        })
    };
    let (left, right) = (garment(&boot(false)), garment(&boot(true)));
    assert_eq!((left.is_mirrored, right.is_mirrored), (false, true));
    assert!(apart(&left.garment.unwrap(), &right.garment.unwrap()) < 0.02);
}

#[test]
fn a_garment_that_touches_every_edge_is_found() {
    // As in the data set's own images: a bag with its handle.
    let bag = paint(28, 28, |x, y| {
        let is_body = y > 10 && ((2..26).contains(&x) || (16..21).contains(&y));
        let is_handle = (9..19).contains(&x) && (!(11..17).contains(&x) || y < 2);
        if is_body || is_handle { grey((160 + 3 * x) as u8) } else { grey(0) }
    });
    let found = garment(&bag).garment.unwrap();
    assert!(found[20 * SIDE + 14] > 100 && found[14 * SIDE + 4] > 80 && found[14 * SIDE + 23] > 80);
    assert!(found[5 * SIDE + 2] < 20 && found[5 * SIDE + 25] < 20);
}

#[test]
fn what_may_mislead_is_told() {
    let cautions = |behind: u8, own: u8| shirt_on(move |_, _| grey(behind), grey(own)).cautions;
    assert_eq!(cautions(240, 40), []);
    assert!(cautions(250, 212).contains(&Caution::PaleOnLight));
    assert!(cautions(140, 125).contains(&Caution::LittleContrast));
    let cut =
        paint(100, 100, |x, y| if (30..70).contains(&x) && y > 30 { grey(20) } else { grey(240) });
    assert_eq!(garment(&cut).cautions, [Caution::CutOff]);
    let far = paint(400, 400, |x, y| {
        if (200..240).contains(&x) && (150..200).contains(&y) { grey(20) } else { grey(240) }
    });
    assert_eq!(garment(&far).cautions, [Caution::SmallInPicture]);
}

fn drawn(picture: &Picture) -> Garment {
    prepare_drawing(picture, Tone::Dark).garment.unwrap()
}

/// A square outline of 40 pixels' edge with a gap of so many pixels.
fn outline(gap: usize) -> Picture {
    paint(100, 100, move |x, y| {
        let is_in = |from: usize, to: usize| (from..to).contains(&x) && (from..to).contains(&y);
        let is_gap = y < 40 && (40..40 + gap).contains(&x);
        if is_in(20, 80) && !is_in(23, 77) && !is_gap { grey(230) } else { grey(0) }
    })
}

#[test]
fn a_drawn_outline_is_filled_even_if_it_does_not_quite_close() {
    for gap in [0, 3] {
        let middle = drawn(&outline(gap))[14 * SIDE + 14];
        assert!((90..200).contains(&middle), "gap {gap}: {middle}");
    }
    // An opening as wide as this is meant.
    assert_eq!(drawn(&outline(25))[14 * SIDE + 14], 0);
}

#[test]
fn a_hole_that_somebody_left_while_filling_stays_a_hole() {
    let ring = paint(100, 100, |x, y| {
        let far = (x as f32 - 50.0).hypot(y as f32 - 50.0);
        if (18.0..40.0).contains(&far) { grey(230) } else { grey(0) }
    });
    assert_eq!(drawn(&ring)[14 * SIDE + 14], 0);
}

#[test]
fn a_handle_above_a_bag_encloses_nothing() {
    let bag = paint(100, 100, |x, y| {
        let is_rim = |left: usize, right: usize, top: usize, bottom: usize| {
            let is_in = |by: usize| {
                (left + by..right - by).contains(&x) && (top + by..bottom - by).contains(&y)
            };
            is_in(0) && !is_in(3)
        };
        if is_rim(10, 90, 40, 90) || is_rim(35, 65, 15, 43) { grey(230) } else { grey(0) }
    });
    let garment = drawn(&bag);
    assert_eq!(garment[5 * SIDE + 14], 0);
    assert!(garment[17 * SIDE + 14] > 80);
}

fn any_tone() -> impl Strategy<Value = Tone> {
    prop_oneof![Just(Tone::Light), Just(Tone::Dark)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_picture_ends_in_a_panic(
        width in 1usize..70,
        height in 1usize..70,
        levels in 1u32..5,
        seed in any::<u32>(),
        tone in any_tone(),
    ) {
        let picture = paint(width, height, |x, y| {
            let mixed = (x as u32).wrapping_mul(2_654_435_761) ^ (y as u32).wrapping_mul(40_503) ^ seed;
            [0, 8, 16, 24].map(|shift| ((mixed.wrapping_mul(seed | 1) >> shift) % levels * 85) as u8)
        });
        let ways = [
            prepare_drawing(&picture, tone),
            prepare_photo(&picture, None),
            prepare_photo(&picture, Some(tone)),
        ];
        for prepared in ways {
            prop_assert!(!prepared.stages.is_empty());
            prop_assert!(prepared.degrees.is_finite());
        }
    }
}

#[test]
fn pictures_of_one_colour_have_no_garment_and_the_largest_ones_end() {
    for level in [0, 128, 255] {
        assert_eq!(garment(&paint(300, 200, |_, _| grey(level))).garment, None);
    }
    let edge = Picture::MAX_EDGE;
    let large = paint(edge, edge, |x, y| {
        if is_shirt(x * 100 / edge, y * 100 / edge) { grey(20) } else { grey(240) }
    });
    assert_plain(&garment(&large).garment.unwrap());
}

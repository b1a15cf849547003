//! Reading pictures: the project's own hard ones, hostile ones, several codes, none.
#![allow(clippy::unwrap_used)]

#[path = "../examples/pictures/mod.rs"]
mod pictures;

use pictures::random::Random;
use pictures::set::{KINDS, Picture, draw};
use proptest::prelude::*;
use scan::{Effort, Frame, decode};

fn read(picture: &Picture, effort: Effort) -> Vec<String> {
    let found = decode(&picture.frame, effort);
    found.into_iter().map(|found| found.text).collect()
}

/// Of the kinds that are hopeless at their most severe, only the milder part.
fn severities(kind: &str) -> [f32; 3] {
    match kind {
        "blurred" | "glare" => [0.0, 0.2, 0.4],
        "moved" | "mixed" => [0.0, 0.25, 0.5],
        _ => [0.1, 0.5, 0.9],
    }
}

#[test]
fn every_kind_of_trouble_is_read_and_nothing_is_invented() {
    for (stream, (kind, _)) in KINDS.into_iter().enumerate() {
        for (index, severity) in severities(kind).into_iter().enumerate() {
            let mut random = Random::new(2026, (stream * 10 + index) as u64);
            let picture = draw(kind, severity, &mut random);
            let mut got = read(&picture, Effort::Thorough);
            let mut expected = picture.texts.clone();
            got.sort();
            expected.sort();
            assert_eq!(got, expected, "{kind} {severity}");
        }
    }
}

#[test]
fn c_103_two_codes_are_both_reported_also_by_the_quick_way() {
    for stream in 0..3 {
        let picture = draw("two", 0.2, &mut Random::new(7, stream));
        let mut got = read(&picture, Effort::Quick);
        let mut expected = picture.texts.clone();
        got.sort();
        expected.sort();
        assert_eq!(got, expected);
    }
}

#[test]
fn the_corners_are_where_the_code_is() {
    let picture = draw("plain", 0.0, &mut Random::new(11, 0));
    let found = decode(&picture.frame, Effort::Quick);
    let corners = found[0].corners;
    let middle = corners
        .iter()
        .fold((0.0, 0.0), |m, c| (m.0 + c.0 / 4.0, m.1 + c.1 / 4.0));
    let (width, height) = (picture.frame.width() as f32, picture.frame.height() as f32);
    assert!((middle.0 - width / 2.0).abs() < width * 0.12, "{corners:?}");
    assert!(
        (middle.1 - height / 2.0).abs() < height * 0.08,
        "{corners:?}"
    );
    assert!(corners[0].0 < corners[1].0 && corners[0].1 < corners[3].1);
}

#[test]
fn codes_in_a_mirror_are_read() {
    let picture = draw("plain", 0.0, &mut Random::new(13, 0));
    let width = picture.frame.width();
    let rows = picture.frame.pixels().chunks_exact(width);
    let pixels = rows.flat_map(|row| row.iter().rev().copied()).collect();
    let mirror = Frame::new(width, picture.frame.height(), pixels).unwrap();
    let found = decode(&mirror, Effort::Thorough);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text, picture.texts[0]);
}

#[test]
fn the_same_picture_gives_the_same_answer() {
    let picture = draw("noisy", 0.8, &mut Random::new(17, 0));
    assert_eq!(
        decode(&picture.frame, Effort::Frame(3)),
        decode(&picture.frame, Effort::Frame(3))
    );
}

#[test]
fn the_extremes_of_frame_numbers_and_sizes_do_no_harm() {
    for (width, height) in [(1, 1), (1, 8192), (8192, 1), (23, 24), (49, 50)] {
        let frame = Frame::new(width, height, vec![128; width * height]).unwrap();
        for effort in [Effort::Quick, Effort::Frame(u32::MAX), Effort::Thorough] {
            assert_eq!(decode(&frame, effort), []);
        }
    }
}

/// Stripes of random width: like parts of finders everywhere.
fn stripes(width: usize, height: usize, widths: &[u8], upright: bool) -> Vec<u8> {
    let mut pixels = vec![0; width * height];
    for (i, pixel) in pixels.iter_mut().enumerate() {
        let (x, y) = (i % width, i / width);
        let (mut at, mut dark) = (if upright { x } else { (x + y) / 2 }, false);
        for &stripe in widths.iter().cycle() {
            let stripe = usize::from(stripe % 9) + 1;
            if at < stripe {
                break;
            }
            at -= stripe;
            dark = !dark;
        }
        *pixel = if dark { 20 } else { 230 };
    }
    pixels
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn c_97_random_pictures_are_refused_calmly(
        (width, pixels) in (1_usize..90, 1_usize..90).prop_flat_map(|(w, h)| (Just(w), prop::collection::vec(any::<u8>(), w * h))),
        number in any::<u32>(),
    ) {
        let height = pixels.len() / width;
        let frame = Frame::new(width, height, pixels).unwrap();
        prop_assert_eq!(decode(&frame, Effort::Thorough), []);
        prop_assert_eq!(decode(&frame, Effort::Frame(number)), []);
    }

    #[test]
    fn c_97_stripes_and_checks_are_refused_calmly(
        widths in prop::collection::vec(any::<u8>(), 1..12),
        upright in any::<bool>(),
    ) {
        let frame = Frame::new(160, 120, stripes(160, 120, &widths, upright)).unwrap();
        prop_assert_eq!(decode(&frame, Effort::Thorough), []);
    }

    /// Squares of a real code exchanged for rubbish: read rightly, or not at all.
    #[test]
    fn c_97_a_damaged_code_is_read_rightly_or_not_at_all(
        stream in 0_u64..1_000,
        patches in prop::collection::vec((0_usize..640, 0_usize..480, 4_usize..90, any::<u8>()), 0..8),
    ) {
        let mut random = Random::new(19, stream);
        let picture = draw("turned", 0.5, &mut random);
        let (width, height) = (picture.frame.width(), picture.frame.height());
        let mut pixels = picture.frame.pixels().to_vec();
        for (left, top, size, seed) in patches {
            for y in top..(top + size).min(height) {
                for x in left..(left + size).min(width) {
                    let block = (x / 5 * 31 + y / 5 * 17 + usize::from(seed)) % 7;
                    pixels[y * width + x] = if block < 3 { 10 } else { 240 };
                }
            }
        }
        let frame = Frame::new(width, height, pixels).unwrap();
        for found in decode(&frame, Effort::Quick) {
            prop_assert!(picture.texts.contains(&found.text));
        }
    }
}

//! The drawn codes are read again with a decoder that is not ours.
#![cfg(feature = "png")]
#![allow(clippy::unwrap_used)]

mod support;

use qrcode::{EcLevel, QrCode, Version};
use support::{fuzz::Random, signer};
use ticket::qr::{DrawError, Drawing, QUIET_ZONE, png, svg};
use ticket::{Kind, Token, issue};
use uuid::Uuid;

fn token(id: u128) -> Token {
    issue(&signer(1), Kind::Booking, Uuid::from_u128(id))
}

/// What the decoder reads in a square of pixels, and the version it finds.
fn decode(side: usize, dark: impl Fn(usize, usize) -> bool) -> (String, usize) {
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(
            side,
            side,
            |x, y| {
                if dark(x, y) { 0 } else { 255 }
            },
        );
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    let (meta, text) = grids[0].decode().unwrap();
    assert_eq!(meta.ecc_level, 0, "level M is 00 in the format bits");
    (text, meta.version.0)
}

/// The pixels of a 1-bit PNG: true where it is black.
fn pixels(file: &[u8]) -> (usize, Vec<bool>) {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(file))
        .read_info()
        .unwrap();
    assert_eq!(reader.info().bit_depth, ::png::BitDepth::One);
    assert_eq!(reader.info().color_type, ::png::ColorType::Grayscale);
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    let side = frame.width as usize;
    assert_eq!(frame.height as usize, side);
    let dark = (0..side * side).map(|i| {
        let (x, y) = (i % side, i / side);
        bytes[y * frame.line_size + x / 8] & (0x80 >> (x % 8)) == 0
    });
    (side, dark.collect())
}

/// The squares that the one path of an SVG fills, at `scale` pixels a unit.
fn painted(svg: &str, scale: usize) -> (usize, Vec<bool>) {
    let after = |text: &'static str| svg.split(text).nth(1).unwrap();
    let side: usize = after("viewBox=\"0 0 ")
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let path = after(" d=\"").split('"').next().unwrap();
    let wide = side * scale;
    let mut dark = vec![false; wide * wide];
    for run in path.split_terminator('z') {
        let (start, rest) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
        let (x, y) = start.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let (length, back) = rest.split_once("v1h-").unwrap();
        assert_eq!(length, back, "the path of a run does not close");
        let length: usize = length.parse().unwrap();
        for row in y * scale..(y + 1) * scale {
            dark[row * wide..][x * scale..(x + length) * scale].fill(true);
        }
    }
    (wide, dark)
}

#[test]
fn a_ticket_fits_version_5_at_level_m() {
    let mut random = Random(5);
    for _ in 0..50 {
        let id = u128::from(random.next()) << 64 | u128::from(random.next());
        let code = QrCode::with_error_correction_level(token(id).as_str(), EcLevel::M).unwrap();
        assert_eq!(code.version(), Version::Normal(5));
        assert_eq!(Drawing::of(token(id).as_str()).unwrap().width(), 37);
    }
    for (digits, version) in [(202, 5), (203, 6)] {
        let code = QrCode::with_error_correction_level("7".repeat(digits), EcLevel::M).unwrap();
        assert_eq!(code.version(), Version::Normal(version), "{digits} digits");
    }
}

#[test]
fn the_svg_is_read_as_the_ticket() {
    for id in 0..20 {
        let token = token(id);
        let (side, dark) = painted(&svg(&token, "票").unwrap(), 4);
        assert_eq!(side, 45 * 4);
        let read = decode(side, |x, y| dark[y * side + x]);
        assert_eq!(read, (token.as_str().to_owned(), 5));
    }
}

#[test]
fn the_png_is_read_as_the_ticket() {
    for module_px in [3, 5, 8, 13] {
        let token = token(u128::from(module_px));
        let (side, dark) = pixels(&png(&token, module_px).unwrap());
        assert_eq!(side, 45 * module_px as usize);
        let read = decode(side, |x, y| dark[y * side + x]);
        assert_eq!(read, (token.as_str().to_owned(), 5));
    }
}

#[test]
fn svg_and_png_show_the_same_with_a_quiet_zone_around() {
    let (side, from_png) = pixels(&png(&token(1), 1).unwrap());
    assert_eq!(
        (side, from_png.clone()),
        painted(&svg(&token(1), "").unwrap(), 1)
    );
    let last = side - 1 - QUIET_ZONE;
    let in_quiet_zone = |i: &usize| {
        let (x, y) = (i % side, i / side);
        x.min(y) < QUIET_ZONE || x.max(y) > last
    };
    assert!((0..side * side).filter(in_quiet_zone).all(|i| !from_png[i]));
    for corner in [
        (QUIET_ZONE, QUIET_ZONE),
        (last, QUIET_ZONE),
        (QUIET_ZONE, last),
    ] {
        assert!(
            from_png[corner.1 * side + corner.0],
            "no finder pattern at {corner:?}"
        );
    }
}

#[test]
fn the_svg_can_be_read_out_and_needs_no_inline_style() {
    let svg = svg(&token(1), "入场码 <1> & \"2\" \u{1}'3'").unwrap();
    assert!(
        svg.contains("<title>入场码 &lt;1&gt; &amp; &quot;2&quot; &#39;3&#39;</title>"),
        "{svg}"
    );
    assert!(svg.contains("role=\"img\"") && svg.contains("shape-rendering=\"crispEdges\""));
    assert!(!svg.contains("style"));
    assert_eq!(svg.matches("<path").count(), 1);
    assert!(svg.len() < 12_000, "{} bytes", svg.len());
}

#[test]
fn the_size_of_a_module_is_kept_within_bounds() {
    assert_eq!(pixels(&png(&token(1), 0).unwrap()).0, 45);
    assert_eq!(pixels(&png(&token(1), u32::MAX).unwrap()).0, 45 * 40);
}

#[test]
fn other_texts_can_be_drawn_too() {
    let address = "https://example.org/certificates/019f2f4c";
    let drawing = Drawing::of(address).unwrap();
    let (side, dark) = pixels(&drawing.png(5).unwrap());
    assert_eq!(decode(side, |x, y| dark[y * side + x]).0, address);
    assert!(Drawing::of(&"7".repeat(5_596)).is_ok());
    assert_eq!(
        Drawing::of(&"7".repeat(5_597)).err(),
        Some(DrawError::TooLong)
    );
    assert!(Drawing::of(&"a".repeat(2_331)).is_ok());
    assert_eq!(
        Drawing::of(&"a".repeat(2_332)).err(),
        Some(DrawError::TooLong)
    );
}

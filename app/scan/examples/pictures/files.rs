//! Opening picture files: PNG, JPEG, PGM.

use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use scan::Frame;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// A picture file as brightness; its kind is told by its content.
pub(crate) fn open(path: &Path) -> Result<Frame, Box<dyn Error>> {
    let bytes = fs::read(path)?;
    match bytes.get(..2) {
        Some([0x89, b'P']) => png(&bytes),
        Some([0xff, 0xd8]) => jpeg(&bytes),
        Some([b'P', b'5']) => pgm(&bytes),
        _ => Err("neither PNG, nor JPEG, nor binary PGM".into()),
    }
}

fn png(bytes: &[u8]) -> Result<Frame, Box<dyn Error>> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    let (width, height) = (info.width as usize, info.height as usize);
    let rgba: Vec<u8> = match info.color_type {
        png::ColorType::Grayscale => return Ok(Frame::new(width, height, pixels)?),
        png::ColorType::GrayscaleAlpha => pixels
            .chunks_exact(2)
            .flat_map(|p| [p[0], p[0], p[0], p[1]])
            .collect(),
        png::ColorType::Rgb => pixels
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], 255])
            .collect(),
        png::ColorType::Rgba => pixels,
        png::ColorType::Indexed => return Err("an unexpanded palette".into()),
    };
    Ok(Frame::from_rgba(width, height, &rgba)?)
}

fn jpeg(bytes: &[u8]) -> Result<Frame, Box<dyn Error>> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let pixels = decoder.decode()?;
    let (width, height) = decoder.dimensions().ok_or("no size")?;
    Ok(Frame::new(width, height, pixels)?)
}

/// `P5`, width, height, 255, then a byte a pixel; comments begin with `#`.
fn pgm(bytes: &[u8]) -> Result<Frame, Box<dyn Error>> {
    let mut numbers = Vec::new();
    let mut at = 2;
    while numbers.len() < 3 {
        match bytes.get(at) {
            Some(b'#') => {
                while bytes.get(at).is_some_and(|&b| b != b'\n') {
                    at += 1;
                }
            }
            Some(b) if b.is_ascii_digit() => {
                let end = bytes[at..]
                    .iter()
                    .take_while(|b| b.is_ascii_digit())
                    .count();
                numbers.push(std::str::from_utf8(&bytes[at..at + end])?.parse::<usize>()?);
                at += end;
            }
            Some(b) if b.is_ascii_whitespace() => at += 1,
            _ => return Err("a damaged PGM header".into()),
        }
    }
    if numbers[2] != 255 {
        return Err("only PGM of 255 steps".into());
    }
    let pixels = bytes.get(at + 1..).ok_or("an empty PGM")?;
    let size = numbers[0].saturating_mul(numbers[1]);
    let pixels = pixels.get(..size).ok_or("a PGM that is cut off")?;
    Ok(Frame::new(numbers[0], numbers[1], pixels.to_vec())?)
}

/// Writes brightness as PNG.
pub(crate) fn write(path: &Path, frame: &Frame) -> Result<(), Box<dyn Error>> {
    let file = std::io::BufWriter::new(fs::File::create(path)?);
    let mut encoder = png::Encoder::new(file, frame.width() as u32, frame.height() as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(frame.pixels())?;
    Ok(())
}

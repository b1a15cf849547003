//! Compressed twins next to each file, so that the server never compresses static files.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

/// Extensions of files that are compressed already.
const DENSE: [&str; 8] = ["png", "jpg", "jpeg", "webp", "avif", "woff2", "gz", "br"];

/// Writes `path` with its `.br` and `.gz` twins. Twins that would save nothing are left out.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)?;
    if path
        .extension()
        .is_some_and(|ending| DENSE.iter().any(|dense| ending == *dense))
    {
        return Ok(());
    }
    for (ending, packed) in [("br", brotli(content)?), ("gz", gzip(content)?)] {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        if packed.len() < content.len() {
            fs::write(name, packed)?;
        } else if Path::new(&name).exists() {
            fs::remove_file(name)?;
        }
    }
    Ok(())
}

/// Brotli at its highest level.
pub(crate) fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &content[..], &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

//! Writes the project's set of hard pictures: `draw FOLDER SEED` makes PNG files and `truth.tsv`
//! (file, kind, then the texts).

mod pictures;

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("draw FOLDER SEED")?);
    let seed = arguments.next().ok_or("draw FOLDER SEED")?.parse()?;
    std::fs::create_dir_all(&folder)?;
    let mut truth = String::new();
    for (index, picture) in pictures::set::pictures(seed).enumerate() {
        let name = format!("{index:03}-{}.png", picture.kind.replace(' ', "-"));
        pictures::files::write(&folder.join(&name), &picture.frame)?;
        writeln!(
            truth,
            "{name}\t{}\t{}",
            picture.kind,
            picture.texts.join("\t")
        )?;
    }
    std::fs::write(folder.join("truth.tsv"), truth)?;
    Ok(())
}

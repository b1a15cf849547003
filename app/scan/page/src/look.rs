//! A camera at a door: what it reads becomes one scan, and what it is doing is told.

use crate::{
    camera::{Camera, Files, News, Trouble},
    code_field, now, sending,
};
use scan::Repeat;
use std::cell::RefCell;
use web_sys::HtmlVideoElement;

/// What is to be said beside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It looks.
    Looking,
    /// Nothing.
    Nothing,
    /// More than one code is in view.
    Several,
    /// There is no picture.
    Failed(Trouble),
}

/// What is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether there is a picture.
    pub runs: bool,
    /// The torch: none where there is none, else whether it is lit.
    pub lit: Option<bool>,
    /// What is to be said.
    pub said: Said,
}

/// Looks for codes until the camera is stopped. `scanned` gets each code once while it stays in view
/// (C-102), `show` what the camera is doing. A camera that `stays` is opened again by itself.
pub fn look(
    video: HtmlVideoElement,
    files: Files,
    stays: bool,
    scanned: impl Fn(&str) + 'static,
    show: impl Fn(Seen) + 'static,
) -> Camera {
    let repeat = RefCell::new(Repeat::default());
    let seen = RefCell::new(Seen {
        runs: false,
        lit: None,
        said: Said::Nothing,
    });
    let say = move |change: &dyn Fn(&mut Seen)| {
        change(&mut seen.borrow_mut());
        let seen = *seen.borrow();
        show(seen);
    };
    Camera::start(video, files, stays, move |news| match news {
        News::Looks(runs, lit) => {
            let said = if runs { Said::Looking } else { Said::Nothing };
            say(&|seen| *seen = Seen { runs, lit, said });
        }
        News::Fails(trouble) => say(&|seen| seen.said = Said::Failed(trouble)),
        News::Reads(texts) => match texts.as_slice() {
            [text] => {
                // What is read while an answer is awaited is read again after it.
                if code_field().is_none() || sending::is_underway() {
                    return;
                }
                if repeat.borrow_mut().is_new(text, now()) {
                    say(&|seen| seen.said = Said::Looking);
                    scanned(text);
                }
            }
            // One code is one scan (C-103); which of two is meant is not guessed.
            _ => say(&|seen| seen.said = Said::Several),
        },
    })
}

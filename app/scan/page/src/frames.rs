//! The moment when a video shows another picture.

use gloo::render::{AnimationFrame, request_animation_frame};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, closure::Closure, prelude::wasm_bindgen};
use web_sys::HtmlVideoElement;

#[wasm_bindgen]
extern "C" {
    /// A video, with what the bindings at hand still call unstable.
    #[wasm_bindgen(extends = HtmlVideoElement)]
    pub(crate) type FramedVideo;

    #[wasm_bindgen(method, js_name = requestVideoFrameCallback)]
    fn request_frame(this: &FramedVideo, call: &js_sys::Function) -> u32;

    #[wasm_bindgen(method, js_name = cancelVideoFrameCallback)]
    fn cancel_frame(this: &FramedVideo, request: u32);
}

/// Something that is called with the next picture, once, unless this is dropped before.
pub(crate) enum NextFrame {
    /// By the video itself.
    Video {
        video: FramedVideo,
        request: u32,
        _call: Closure<dyn FnMut()>,
    },
    /// With the screen's next picture, in browsers whose videos do not tell.
    Screen { _frame: AnimationFrame },
}

impl NextFrame {
    /// Asks to be called.
    pub(crate) fn of(video: &HtmlVideoElement, mut then: impl FnMut() + 'static) -> Self {
        let tells = Reflect::has(video, &"requestVideoFrameCallback".into());
        if !tells.unwrap_or(false) {
            let _frame = request_animation_frame(move |_| then());
            return Self::Screen { _frame };
        }
        let video: FramedVideo = video.clone().unchecked_into();
        let call = Closure::<dyn FnMut()>::new(then);
        let request = video.request_frame(call.as_ref().unchecked_ref());
        Self::Video {
            video,
            request,
            _call: call,
        }
    }
}

impl Drop for NextFrame {
    fn drop(&mut self) {
        if let Self::Video { video, request, .. } = self {
            video.cancel_frame(*request);
        }
    }
}

//! The Web Worker that reads pictures (`app/scan/worker.js`), as the page sees it.

use crate::now;
use gloo::{events::EventListener, utils::document};
use js_sys::{Array, Object};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageData, MessageEvent, Worker,
};

/// Pixels on the longer side of the whole picture, scaled down.
const WHOLE: f64 = 800.0;

/// Pixels on a side of the middle, cut out as it is, for codes that are small.
const MIDDLE: f64 = 560.0;

/// A worker that is silent for so long, in milliseconds, is to be replaced.
const SILENCE: u64 = 8_000;

#[wasm_bindgen]
extern "C" {
    /// What goes to the worker: first where the module is, then pictures.
    type ToWorker;
    #[wasm_bindgen(method, setter)]
    fn set_wasm(this: &ToWorker, address: &str);
    #[wasm_bindgen(method, setter)]
    fn set_id(this: &ToWorker, id: u32);
    #[wasm_bindgen(method, setter)]
    fn set_width(this: &ToWorker, width: u32);
    #[wasm_bindgen(method, setter)]
    fn set_height(this: &ToWorker, height: u32);
    #[wasm_bindgen(method, setter)]
    fn set_pixels(this: &ToWorker, pixels: &js_sys::ArrayBuffer);
    #[wasm_bindgen(method, setter)]
    fn set_effort(this: &ToWorker, effort: u32);

    /// What comes back.
    type FromWorker;
    #[wasm_bindgen(method, getter)]
    fn ready(this: &FromWorker) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn failed(this: &FromWorker) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn id(this: &FromWorker) -> Option<u32>;
    #[wasm_bindgen(method, getter)]
    fn texts(this: &FromWorker) -> Option<Array>;

    /// A picture whose pixels stay outside the module's memory: they are handed on as they are.
    #[wasm_bindgen(extends = ImageData)]
    type Pixels;
    #[wasm_bindgen(method, getter)]
    fn data(this: &Pixels) -> js_sys::Uint8ClampedArray;
}

fn message() -> ToWorker {
    Object::new().unchecked_into()
}

/// What the worker says.
pub(crate) enum Told {
    /// These texts were in a picture: one or several.
    Texts(Vec<String>),
    /// It cannot work in this browser.
    Failed,
}

/// A frame that is being read.
#[derive(Clone, Copy)]
struct Sent {
    id: u32,
    at: u64,
}

/// A worker at work; dropping it ends it.
pub(crate) struct Decoder {
    worker: Worker,
    ready: Rc<Cell<bool>>,
    sent: Rc<Cell<Option<Sent>>>,
    _heard: [EventListener; 2],
}

impl Decoder {
    /// Starts a worker with its script and its module; none in a browser without workers.
    pub(crate) fn hire(
        script: &str,
        module: &str,
        told: impl Fn(Told) + Clone + 'static,
    ) -> Option<Self> {
        let worker = Worker::new(script).ok()?;
        let ready = Rc::new(Cell::new(false));
        let sent = Rc::new(Cell::new(None::<Sent>));
        let heard = {
            let (ready, sent, told) = (Rc::clone(&ready), Rc::clone(&sent), told.clone());
            EventListener::new(&worker, "message", move |event| {
                let event: &MessageEvent = event.unchecked_ref();
                let data: FromWorker = event.data().unchecked_into();
                if data.ready() == Some(true) {
                    ready.set(true);
                } else if data.failed().is_some() {
                    told(Told::Failed);
                } else if sent.get().is_some_and(|sent| data.id() == Some(sent.id)) {
                    sent.set(None);
                    let texts = data.texts().unwrap_or_default();
                    let texts: Vec<_> = texts.iter().filter_map(|text| text.as_string()).collect();
                    if !texts.is_empty() {
                        told(Told::Texts(texts));
                    }
                }
            })
        };
        let broken = EventListener::new(&worker, "error", move |_| told(Told::Failed));
        let first = message();
        let base = document().base_uri().ok().flatten().unwrap_or_default();
        let module = web_sys::Url::new_with_base(module, &base).ok()?;
        first.set_wasm(&module.href());
        worker.post_message(&first).ok()?;
        Some(Self {
            worker,
            ready,
            sent,
            _heard: [heard, broken],
        })
    }

    /// Whether it can take another frame.
    pub(crate) fn is_free(&self) -> bool {
        self.ready.get() && self.sent.get().is_none()
    }

    /// Whether it has been silent for too long over a frame.
    pub(crate) fn is_stuck(&self) -> bool {
        let sent = self.sent.get();
        sent.is_some_and(|sent| now().saturating_sub(sent.at) > SILENCE)
    }

    /// Has a frame read. Two of them, the whole and its middle, get the same pains.
    pub(crate) fn read(&self, id: u32, picture: &ImageData) {
        let pixels = picture.unchecked_ref::<Pixels>().data().buffer();
        let frame = message();
        frame.set_id(id);
        frame.set_width(picture.width());
        frame.set_height(picture.height());
        frame.set_pixels(&pixels);
        frame.set_effort(id >> 1);
        self.sent.set(Some(Sent { id, at: now() }));
        let _ = self
            .worker
            .post_message_with_transfer(&frame, &Array::of1(&pixels));
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Where frames are cut out of a video.
pub(crate) struct Cutter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Cutter {
    /// None in a browser that cannot draw.
    pub(crate) fn new() -> Option<Self> {
        let canvas = document().create_element("canvas").ok()?;
        let canvas: HtmlCanvasElement = canvas.unchecked_into();
        let often = js_sys::JSON::parse(r#"{"willReadFrequently":true}"#).ok()?;
        let context = canvas.get_context_with_context_options("2d", &often);
        let context = context.ok()??.unchecked_into();
        Some(Self { canvas, context })
    }

    /// The whole picture and its middle by turns.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes of a picture on a screen"
    )]
    pub(crate) fn cut(&self, video: &HtmlVideoElement, id: u32) -> Option<ImageData> {
        let (full_width, full_height) = (video.video_width(), video.video_height());
        let (full_width, full_height) = (f64::from(full_width), f64::from(full_height));
        let (mut width, mut height) = (full_width, full_height);
        let mut scale = (WHOLE / width.max(height)).min(1.0);
        if scale < 0.8 && id % 2 == 1 {
            (width, height) = (width.min(MIDDLE), height.min(MIDDLE));
            scale = 1.0;
        }
        let (drawn_width, drawn_height) = ((width * scale).round(), (height * scale).round());
        self.canvas.set_width(drawn_width as u32);
        self.canvas.set_height(drawn_height as u32);
        self.context
            .draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                video,
                (full_width - width) / 2.0,
                (full_height - height) / 2.0,
                width,
                height,
                0.0,
                0.0,
                drawn_width,
                drawn_height,
            )
            .ok()?;
        self.context
            .get_image_data(0.0, 0.0, drawn_width, drawn_height)
            .ok()
    }
}

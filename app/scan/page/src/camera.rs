//! From a `<video>` to the texts of codes: opens the camera, picks frames, has them read by the worker.
//! One frame is on its way at a time, always the newest. Nobody is filmed while the page is hidden.
//! A picture that stops is noticed, and a camera that is to stay is opened again.

use crate::{
    decoder::{Cutter, Decoder, Told},
    frames::NextFrame,
};
use gloo::{
    events::EventListener,
    timers::callback::{Interval, Timeout},
    utils::{document, window},
};
use js_sys::{Promise, Reflect};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlMediaElement, HtmlVideoElement, MediaStream, MediaStreamTrack};

/// Where the scanner's files are.
#[derive(Clone, Debug)]
pub struct Files {
    /// The worker's script.
    pub worker: String,
    /// The decoder.
    pub wasm: String,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The person or the device's settings refuse the camera.
    Denied,
    /// There is no camera, or it was unplugged.
    Missing,
    /// Another program has it.
    Busy,
    /// It is open, and its picture has stopped.
    Frozen,
    /// The page came over plain HTTP, or its policy forbids the camera.
    Insecure,
    /// This browser has no camera access or no workers, or the decoder did not load.
    Unsupported,
}

impl Trouble {
    /// What an error of `getUserMedia` means to a person.
    fn of(error: &JsValue) -> Self {
        let name = Reflect::get(error, &"name".into()).ok();
        match name.and_then(|name| name.as_string()).as_deref() {
            Some("NotAllowedError") => Self::Denied,
            Some("SecurityError") => Self::Insecure,
            Some("NotFoundError" | "OverconstrainedError") => Self::Missing,
            Some("NotReadableError" | "AbortError") => Self::Busy,
            _ => Self::Unsupported,
        }
    }

    /// Whether it may pass without anybody's doing anything to this page.
    const fn may_pass(self) -> bool {
        matches!(self, Self::Missing | Self::Busy | Self::Frozen)
    }
}

/// What the camera tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It looks, or has stopped looking. The torch: none where the camera has none, else whether it
    /// is lit.
    Looks(bool, Option<bool>),
    /// These texts are in view: one or several. Comes for every frame.
    Reads(Vec<String>),
    /// It is closed. Starting again tries again; a camera that is to stay does so by itself.
    Fails(Trouble),
}

/// The wish for a camera that looks away from the screen, sharp enough for a ticket.
const WANTED: &str = r#"{"audio":false,"video":{"facingMode":{"ideal":"environment"},"width":{"ideal":1280},"height":{"ideal":720}}}"#;

/// How often it is looked whether there are new pictures, in milliseconds.
const LOOK_EVERY: u32 = 1_000;
/// A camera that has given none for so many looks has stopped.
const FROZEN_AFTER: u32 = 5;
/// The first pause before a camera is opened again, in milliseconds; each one that follows without a
/// picture between is twice as long …
const REOPEN_AFTER: u32 = 2_000;
/// … so many times.
const DOUBLED: u32 = 4;

#[wasm_bindgen]
extern "C" {
    /// A track, with what the bindings at hand still call unstable.
    #[wasm_bindgen(extends = MediaStreamTrack)]
    type Track;

    #[wasm_bindgen(method, js_name = getCapabilities)]
    fn capabilities(this: &Track) -> JsValue;
}

struct Stream {
    stream: MediaStream,
    track: MediaStreamTrack,
    _ended: EventListener,
    _looks: Interval,
}

struct Inner {
    video: HtmlVideoElement,
    files: Files,
    tell: Box<dyn Fn(News)>,
    /// Whether it is to be opened again by itself.
    stays: bool,
    cutter: Option<Cutter>,
    stopped: Cell<bool>,
    /// Counts up, so that an answer that comes too late is known.
    opening: Cell<u32>,
    stream: RefCell<Option<Stream>>,
    decoder: RefCell<Option<Decoder>>,
    next: RefCell<Option<NextFrame>>,
    lit: Cell<Option<bool>>,
    count: Cell<u32>,
    /// Looks since the last new picture.
    quiet: Cell<u32>,
    /// Where the video stood at the last picture.
    stood: Cell<f64>,
    /// Openings in a row that came to nothing.
    failed: Cell<u32>,
    /// The next opening.
    again: RefCell<Option<Timeout>>,
    listeners: RefCell<Vec<EventListener>>,
}

/// A camera that looks until it is stopped or the page goes.
#[derive(Clone)]
pub struct Camera(Rc<Inner>);

impl Camera {
    /// Opens the camera and shows its picture in the video, which must be muted and play in line.
    /// One that `stays` is opened again whenever it fails and may have come back.
    pub fn start(
        video: HtmlVideoElement,
        files: Files,
        stays: bool,
        tell: impl Fn(News) + 'static,
    ) -> Self {
        let camera = Self(Rc::new(Inner {
            video,
            files,
            tell: Box::new(tell),
            stays,
            cutter: Cutter::new(),
            stopped: Cell::new(false),
            opening: Cell::new(0),
            stream: RefCell::new(None),
            decoder: RefCell::new(None),
            next: RefCell::new(None),
            lit: Cell::new(None),
            count: Cell::new(0),
            quiet: Cell::new(0),
            stood: Cell::new(0.0),
            failed: Cell::new(0),
            again: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
        }));
        let (seen, gone) = (camera.clone(), camera.clone());
        *camera.0.listeners.borrow_mut() = vec![
            EventListener::new(&document(), "visibilitychange", move |_| seen.seen()),
            EventListener::new(&window(), "pagehide", move |_| gone.stop()),
        ];
        let devices = window().navigator().media_devices();
        if let (true, Ok(devices)) = (stays, &devices)
            && !devices.is_undefined()
        {
            let plugged = camera.clone();
            let heard = EventListener::new(devices, "devicechange", move |_| plugged.plugged());
            camera.0.listeners.borrow_mut().push(heard);
        }
        let trouble = if !window().is_secure_context() {
            Some(Trouble::Insecure)
        } else if devices.map_or(true, |all| all.is_undefined()) || camera.0.cutter.is_none() {
            Some(Trouble::Unsupported)
        } else {
            None
        };
        if let Some(trouble) = trouble {
            let camera = camera.clone();
            Timeout::new(0, move || camera.fail(trouble)).forget();
        } else if !document().hidden() {
            camera.open();
        }
        camera
    }

    /// Stops all, for good.
    pub fn stop(&self) {
        if self.0.stopped.replace(true) {
            return;
        }
        self.0.listeners.borrow_mut().clear();
        self.close();
        *self.0.decoder.borrow_mut() = None;
        *self.0.again.borrow_mut() = None;
    }

    /// Switches the torch where there is one.
    pub fn light(&self, on: bool) {
        let camera = self.clone();
        spawn_local(async move {
            if camera.0.lit.get().is_none() {
                return;
            }
            let asked = {
                let stream = camera.0.stream.borrow();
                let Some(stream) = &*stream else { return };
                let wish = format!(r#"{{"advanced":[{{"torch":{on}}}]}}"#);
                js_sys::JSON::parse(&wish).and_then(|wish| {
                    let wish = wish.unchecked_ref();
                    stream.track.apply_constraints_with_constraints(wish)
                })
            };
            let lit = match asked {
                Ok(promise) => JsFuture::from(promise).await.is_ok(),
                Err(_) => false,
            };
            camera.0.lit.set(lit.then_some(on));
            camera.tell_state(true);
        });
    }

    fn tell_state(&self, running: bool) {
        (self.0.tell)(News::Looks(running, self.0.lit.get()));
    }

    fn open(&self) {
        *self.0.again.borrow_mut() = None;
        let mine = self.0.opening.get() + 1;
        self.0.opening.set(mine);
        let camera = self.clone();
        spawn_local(async move {
            if let Err(trouble) = camera.open_now(mine).await {
                camera.fail(trouble);
            }
        });
    }

    /// Whether the answer to this opening still counts.
    fn counts(&self, mine: u32) -> bool {
        self.0.opening.get() == mine && !self.0.stopped.get()
    }

    async fn open_now(&self, mine: u32) -> Result<(), Trouble> {
        let got = ask().await;
        if !self.counts(mine) {
            if let Ok(stream) = got {
                end(&stream);
            }
            return Ok(());
        }
        let stream = got?;
        let track: MediaStreamTrack = stream.get_video_tracks().get(0).unchecked_into();
        self.0.lit.set(has_torch(&track).then_some(false));
        let (ended, looked) = (self.clone(), self.clone());
        let video: &HtmlMediaElement = &self.0.video;
        video.set_muted(true);
        video.set_src_object(Some(&stream));
        self.0.quiet.set(0);
        *self.0.stream.borrow_mut() = Some(Stream {
            _ended: EventListener::new(&track, "ended", move |_| ended.fail(Trouble::Missing)),
            _looks: Interval::new(LOOK_EVERY, move || looked.look_for_pictures()),
            stream,
            track,
        });
        // Another call of play or the page's end may interrupt it; frames tell whether it runs.
        if let Ok(playing) = video.play() {
            let _ = JsFuture::from(playing).await;
        }
        if !self.counts(mine) {
            return Ok(());
        }
        if self.0.decoder.borrow().is_none() {
            self.hire();
        }
        self.tell_state(true);
        self.await_frame();
        Ok(())
    }

    fn hire(&self) {
        let camera = self.clone();
        let Files { worker, wasm } = &self.0.files;
        let decoder = Decoder::hire(worker, wasm, move |told| match told {
            Told::Texts(texts) if !camera.0.stopped.get() => (camera.0.tell)(News::Reads(texts)),
            Told::Texts(_) => {}
            Told::Failed => camera.fail(Trouble::Unsupported),
        });
        let failed = decoder.is_none();
        *self.0.decoder.borrow_mut() = decoder;
        if failed {
            let camera = self.clone();
            Timeout::new(0, move || camera.fail(Trouble::Unsupported)).forget();
        }
    }

    fn await_frame(&self) {
        let camera = self.clone();
        let next = NextFrame::of(&self.0.video, move || camera.look());
        *self.0.next.borrow_mut() = Some(next);
    }

    fn look(&self) {
        if self.0.stopped.get() || self.0.stream.borrow().is_none() {
            return;
        }
        // A browser that does not tell of pictures calls with every one of the screen's.
        let tells = matches!(&*self.0.next.borrow(), Some(NextFrame::Video { .. }));
        let stands = self.0.video.current_time();
        #[expect(clippy::float_cmp, reason = "the same picture is at the same place")]
        if tells || self.0.stood.replace(stands) != stands {
            self.0.quiet.set(0);
            self.0.failed.set(0);
        }
        self.await_frame();
        let stuck = self.0.decoder.borrow().as_ref().map(Decoder::is_stuck);
        if stuck == Some(true) {
            self.hire();
        }
        let decoder = self.0.decoder.borrow();
        let Some(decoder) = decoder.as_ref().filter(|decoder| decoder.is_free()) else {
            return;
        };
        let video = &self.0.video;
        if video.ready_state() < 2 || video.video_width() == 0 {
            return;
        }
        let id = self.0.count.get();
        self.0.count.set(id.wrapping_add(1));
        let picture = self.0.cutter.as_ref().and_then(|c| c.cut(video, id));
        if let Some(picture) = picture {
            decoder.read(id, &picture);
        }
    }

    /// A track that lives need not give pictures: a cable, a driver or a sleeping hub may have
    /// stopped them in silence.
    fn look_for_pictures(&self) {
        let quiet = self.0.quiet.get() + 1;
        self.0.quiet.set(quiet);
        if quiet >= FROZEN_AFTER {
            self.fail(Trouble::Frozen);
        }
    }

    /// Some device came or went: perhaps this one.
    fn plugged(&self) {
        if self.0.again.borrow().is_some() && !document().hidden() {
            self.0.failed.set(0);
            self.open();
        }
    }

    fn close(&self) {
        self.0.opening.set(self.0.opening.get() + 1);
        *self.0.next.borrow_mut() = None;
        if let Some(stream) = self.0.stream.borrow_mut().take() {
            end(&stream.stream);
        }
        let video: &HtmlMediaElement = &self.0.video;
        video.set_src_object(None);
        self.0.lit.set(None);
    }

    fn fail(&self, trouble: Trouble) {
        if self.0.stopped.get() {
            return;
        }
        self.close();
        *self.0.decoder.borrow_mut() = None;
        self.tell_state(false);
        (self.0.tell)(News::Fails(trouble));
        if self.0.stays && trouble.may_pass() && !document().hidden() {
            let failed = self.0.failed.get();
            self.0.failed.set(failed.saturating_add(1));
            let camera = self.clone();
            let pause = REOPEN_AFTER << failed.min(DOUBLED);
            *self.0.again.borrow_mut() = Some(Timeout::new(pause, move || camera.open()));
        }
    }

    fn seen(&self) {
        if document().hidden() {
            *self.0.again.borrow_mut() = None;
            self.close();
            self.tell_state(false);
        } else if self.0.stream.borrow().is_none() {
            self.open();
        }
    }
}

/// Asks for a camera.
async fn ask() -> Result<MediaStream, Trouble> {
    let asked = js_sys::JSON::parse(WANTED).and_then(|wanted| {
        let devices = window().navigator().media_devices()?;
        devices.get_user_media_with_constraints(wanted.unchecked_ref())
    });
    let got = JsFuture::from(asked.map_err(|error| Trouble::of(&error))?).await;
    let stream = got.map_err(|error| Trouble::of(&error))?;
    Ok(stream.unchecked_into())
}

/// Whether there is a camera that may be used and gives one picture after the other. It is let go at
/// once.
pub async fn shows_pictures() -> bool {
    let Ok(stream) = ask().await else {
        return false;
    };
    let shows = moves(&stream).await.unwrap_or(false);
    end(&stream);
    shows
}

/// Whether two pictures come within the time after which a camera counts as frozen.
async fn moves(stream: &MediaStream) -> Option<bool> {
    let video: HtmlMediaElement = document().create_element("video").ok()?.unchecked_into();
    video.set_muted(true);
    video.set_src_object(Some(stream));
    let playing = video.play().ok()?;
    spawn_local(async move {
        // That it does not begin is seen by its not moving.
        let _ = JsFuture::from(playing).await;
    });
    let mut pictures = 0;
    let mut stood = 0.0;
    for _ in 0..FROZEN_AFTER * LOOK_EVERY / GLANCE {
        pause(GLANCE).await;
        let stands = video.current_time();
        if stands > stood {
            stood = stands;
            pictures += 1;
        }
        if pictures == 2 {
            return Some(true);
        }
    }
    Some(false)
}

/// How often a picture is awaited that shows that a camera works, in milliseconds.
const GLANCE: u32 = 100;

async fn pause(millis: u32) {
    let mut timer = None;
    let passed = Promise::new(&mut |done, _| {
        timer = Some(Timeout::new(millis, move || {
            // Nobody hears it where nobody waits any more.
            let _ = done.call0(&JsValue::NULL);
        }));
    });
    let _ = JsFuture::from(passed).await;
    drop(timer);
}

/// Lets the camera go.
fn end(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// Whether the camera has a light of its own that may be switched.
fn has_torch(track: &MediaStreamTrack) -> bool {
    let tells = Reflect::has(track, &"getCapabilities".into()).unwrap_or(false);
    tells
        && Reflect::get(
            &track.unchecked_ref::<Track>().capabilities(),
            &"torch".into(),
        )
        .is_ok_and(|torch| torch.is_truthy())
}

//! The code that phones scan: made here, from a secret and the server's time, so that it goes on
//! without a network; and not made at all by a wrong clock (C-107, C-110).

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The words of [`WallCode`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WallWords {
    /// What a screen reader says of the picture.
    pub picture: String,
    /// While the server's time is asked for.
    pub waiting: String,
    /// The clock is wrong, so there is no code.
    pub wrong_clock: String,
}

/// The picture of the moment, or why there is none.
#[island]
pub fn WallCode(
    /// Its words, in the page's language.
    words: WallWords,
    /// How far the clock may be off, in milliseconds.
    limit_ms: i64,
) -> impl IntoView {
    let (picture, set_picture) = signal(None::<String>);
    let (said, set_said) = signal(String::new());
    #[cfg(feature = "hydrate")]
    browser::run(words, limit_ms, set_picture, set_said);
    #[cfg(not(feature = "hydrate"))]
    let _ = (words, limit_ms, set_picture, set_said);
    view! {
        <div class="wall-code" data-shown=move || picture.get().is_some().then_some("")>
            <div class="qr" hidden=move || picture.get().is_none() inner_html=move || picture.get().unwrap_or_default()></div>
            <p role="status" hidden=move || said.get().is_empty()>{move || said.get()}</p>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::*;
    use crate::server;
    use ticket::{
        qr::Drawing,
        wall::{NotShown, WallKey, may_show, step_at},
    };
    use uuid::Uuid;

    struct Shown {
        key: WallKey,
        address: String,
    }

    async fn ask() -> Option<Shown> {
        let told = server::ask(server::ROOT).await.ok()?;
        let kiosk = Uuid::try_parse(&told.id).ok()?;
        Some(Shown {
            key: WallKey::from_hex(kiosk, &told.wall_secret)?,
            address: told.wall_address,
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of this century"
    )]
    fn whole(millis: f64) -> i64 {
        millis as i64
    }

    /// The step to show now.
    fn step(limit_ms: i64) -> Result<i64, NotShown> {
        let time = server::time().ok_or(NotShown::Unmeasured)?;
        let age = Some(whole(time.age));
        may_show(age, whole(time.off), whole(time.off_now), limit_ms)?;
        Ok(step_at(whole(time.now)))
    }

    pub(super) fn run(
        words: WallWords,
        limit_ms: i64,
        set_picture: WriteSignal<Option<String>>,
        set_said: WriteSignal<String>,
    ) {
        let known = StoredValue::new_local(None::<Shown>);
        let drawn = StoredValue::new(None::<i64>);
        let fetch = move || {
            wasm_bindgen_futures::spawn_local(async move {
                if let Some(shown) = ask().await {
                    known.set_value(Some(shown));
                }
            });
        };
        let draw = move || {
            let step = step(limit_ms);
            let picture = known.with_value(|known| {
                let (shown, step) = (known.as_ref()?, step.ok()?);
                let address = format!("{}{}", shown.address, shown.key.code(step));
                Some(Drawing::of(&address).ok()?.svg(&words.picture))
            });
            if picture.is_some() {
                if drawn.get_value() != step.ok() {
                    drawn.set_value(step.ok());
                    set_said.set(String::new());
                    set_picture.set(picture);
                }
                return;
            }
            drawn.set_value(None);
            set_picture.set(None);
            set_said.set(match step {
                Err(NotShown::WrongClock | NotShown::Jumped) => words.wrong_clock.clone(),
                _ => words.waiting.clone(),
            });
        };
        fetch();
        server::every(500, draw);
        // What failed, or has grown old, is asked for again; a clock that was set right is found.
        server::every(30_000, move || {
            if known.with_value(Option::is_none) || step(limit_ms).is_err() {
                fetch();
            }
        });
    }
}

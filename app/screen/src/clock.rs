//! The clock of the start screen: the server's time as soon as it is known.

use leptos::prelude::*;

/// Hours and minutes in Shenzhen.
#[island]
pub fn KioskClock(
    /// What it shows until the page is alive.
    shown: String,
) -> impl IntoView {
    let (time, set_time) = signal(shown);
    #[cfg(feature = "hydrate")]
    {
        let tell = move || {
            let now = crate::server::time().map_or_else(js_sys::Date::now, |time| time.now);
            let text = clock(now);
            if time.get_untracked() != text {
                set_time.set(text);
            }
        };
        crate::server::every(1000, tell);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = set_time;
    view! { <time>{move || time.get()}</time> }
}

/// `14:05` of UTC milliseconds, eight hours ahead.
#[cfg(any(feature = "hydrate", test))]
fn clock(utc_millis: f64) -> String {
    // In whole numbers: those of floats would cost the module some kB.
    #[expect(clippy::cast_possible_truncation, reason = "minutes of this century")]
    let minutes = (utc_millis / 60_000.0).floor() as i64 + 8 * 60;
    let of_day = minutes.rem_euclid(24 * 60);
    format!("{:02}:{:02}", of_day / 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_is_shenzhens() {
        // 2026-11-23T06:05:59Z
        assert_eq!(super::clock(1_795_413_959_000.0), "14:05");
        assert_eq!(super::clock(0.0), "08:00");
        assert_eq!(super::clock(16.0 * 3_600_000.0), "00:00");
    }
}

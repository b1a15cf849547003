//! All centers as tiles of one size, by district and subdistrict: nothing large dominates, and no map
//! pretends to know where they lie. The table says the same, so keys and screen readers pass the tiles by.

use super::{attendances, many};
use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::overview::step;
use leptos::prelude::*;
use store::reports::Standing;

/// From so many centers on, tiles tell more than the table.
const LEAST: usize = 6;

/// The tiles of centers, which come by code.
pub(super) fn view(locale: Locale, standings: &[Standing]) -> Option<AnyView> {
    if standings.len() < LEAST {
        return None;
    }
    let value = |of: &Standing| attendances(of, 0).and_then(|many| u64::try_from(many).ok());
    let most = standings.iter().filter_map(value).max().unwrap_or(0);
    let districts = standings.chunk_by(|a, b| a.center.district_code == b.center.district_code);
    let districts: Vec<_> = districts.map(|of| district(locale, of, most)).collect();
    Some(
        view! {
            <section class="section" aria-labelledby="tiles">
                <h2 id="tiles">{td_string!(locale, overview.tiles)}</h2>
                <p class="hint">{td_string!(locale, overview.tiles_hint)}</p>
                <div class="tile-districts" aria-hidden="true">{districts}</div>
            </section>
        }
        .into_any(),
    )
}

fn district(locale: Locale, standings: &[Standing], most: u64) -> impl IntoView + use<> {
    let name = standings.first().map(|of| of.center.district.clone());
    let strips = standings.chunk_by(|a, b| a.center.subdistrict_code == b.center.subdistrict_code);
    let strips = strips.map(|of| {
        let name = of.first().map(|of| of.center.subdistrict.clone());
        let tiles: Vec<_> = of.iter().map(|of| tile(locale, of, most)).collect();
        view! { <p class="tile-strip"><span class="tile-name">{name}</span>{tiles}</p> }
    });
    let strips: Vec<_> = strips.collect();
    view! { <div class="tile-district"><p class="tile-head">{name}</p>{strips}</div> }
}

fn tile(locale: Locale, of: &Standing, most: u64) -> impl IntoView + use<> {
    let value = attendances(of, 0);
    let (text, step) = match value.map(|many| u64::try_from(many).unwrap_or(0)) {
        Some(many) => (many.to_string(), step(many, most).to_string()),
        None => (format!("<{}", domain::report::SMALL), "few".to_owned()),
    };
    let told = of.concerns.iter();
    let told = told.map(|(concern, many)| words::concern_many(locale, *concern, *many));
    let title: Vec<String> = std::iter::once(of.center.name.clone())
        .chain(told)
        .collect();
    let alert = (many(of) > 0).then_some("true");
    let href = format!("/staff/centers/{}", of.center.id);
    view! { <a class="tile" tabindex="-1" href=href title=title.join(" · ") data-step=step data-alert=alert>{text}</a> }
}

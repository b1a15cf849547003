//! Finding a center: by name, pinyin, initials or place, by district, or near me.

use super::place;
use crate::{
    i18n::{Locale, td_string},
    islands::{NearMe, NearWords},
    ui::{EmptyState, Row},
    web::{Form, Site, Visit},
};
use axum::{Router, response::Response, routing::get};
use gazetteer::{Entry, Index as Finder, Position, Why};
use leptos::prelude::*;

/// How many results are shown.
const MOST: usize = 40;
/// How many centers near are shown.
const NEAREST: usize = 15;
/// The longest text that is looked for, in characters.
const LONGEST: usize = 40;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/centers", get(find))
}

/// What was asked for.
#[derive(Clone, Default)]
struct Wanted {
    q: String,
    district: String,
    subdistrict: String,
    near: Option<Position>,
}

impl Wanted {
    fn of(form: &Form) -> Self {
        Self {
            q: form.text("q").chars().take(LONGEST).collect(),
            district: form.text("district").to_owned(),
            subdistrict: form.text("subdistrict").to_owned(),
            near: form.get("near").and_then(Position::parse),
        }
    }

    /// Whether it lies where asked; places are named, or coded as in a center's code.
    fn covers(&self, entry: &Entry) -> bool {
        let is = |wanted: &str, name: &str| {
            wanted.is_empty()
                || wanted == name
                || entry
                    .id
                    .strip_prefix("SZ")
                    .is_some_and(|code| coded(code, wanted))
        };
        is(&self.district, &entry.district) && is(&self.subdistrict, &entry.subdistrict)
    }
}

fn coded(code: &str, wanted: &str) -> bool {
    wanted.len() >= 6 && wanted.bytes().all(|b| b.is_ascii_digit()) && code.starts_with(wanted)
}

async fn find(visit: Visit, form: Form) -> Response {
    let wanted = Wanted::of(&form);
    let centers = visit.site.centers();
    let finder = centers.index();
    if !wanted.q.is_empty() {
        return results(&visit, finder, wanted);
    }
    if let Some(from) = wanted.near {
        return nearest(&visit, finder, from);
    }
    browse(&visit, finder, wanted)
}

/// The start page of a browser that remembers no center yet.
pub(super) fn welcome(visit: &Visit) -> Response {
    let locale = visit.locale;
    let centers = visit.site.centers();
    let finder = centers.index();
    let count = u32::try_from(finder.len()).unwrap_or(u32::MAX);
    let districts = districts(finder);
    visit.page(td_string!(locale, home.title)).render(move || {
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, home.welcome)}</h1>
                <p class="lead">{td_string!(locale, home.welcome_lead, count)}</p>
            </div>
            {search_form(locale, "")}
            {near_me(locale)}
            {by_district(locale, &districts, "")}
        }
    })
}

fn search_form(locale: Locale, q: &str) -> impl IntoView + use<> {
    view! {
        <form class="search-form" role="search" method="get" action="/centers" data-live="">
            <div class="form-field">
                <label for="q">{td_string!(locale, finder.label)}</label>
                <div class="search-box">
                    <input class="input" id="q" name="q" type="search" value=q.to_owned() maxlength=LONGEST.to_string()
                        autocomplete="off" enterkeyhint="search" aria-describedby="q-hint" />
                    <button class="button button-main" type="submit">{td_string!(locale, finder.search)}</button>
                </div>
                <p class="hint" id="q-hint">{td_string!(locale, finder.hint)}</p>
            </div>
        </form>
    }
}

fn near_me(locale: Locale) -> impl IntoView {
    let words = NearWords {
        button: td_string!(locale, finder.near).to_owned(),
        explain: td_string!(locale, finder.near_explain).to_owned(),
        asking: td_string!(locale, finder.near_asking).to_owned(),
        refused: td_string!(locale, finder.near_refused).to_owned(),
        failed: td_string!(locale, finder.near_failed).to_owned(),
    };
    view! { <NearMe words /> }
}

/// The districts, in the order of the list of centers.
fn districts(finder: &Finder) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for entry in finder.entries() {
        if !names.contains(&entry.district) {
            names.push(entry.district.clone());
        }
    }
    names
}

fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        text.append_pair(name, value);
    }
    format!("/centers?{}", text.finish())
}

fn by_district(locale: Locale, districts: &[String], current: &str) -> impl IntoView + use<> {
    let chips: Vec<_> = districts
        .iter()
        .map(|name| {
            let here = (name == current).then_some("true");
            view! { <li><a class="chip" href=query(&[("district", name)]) aria-current=here>{name.clone()}</a></li> }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="by-district">
            <div class="section-head"><h2 id="by-district">{td_string!(locale, finder.by_district)}</h2></div>
            <ul class="chips">{chips}</ul>
        </section>
    }
}

/// District, then subdistrict, then center.
fn browse(visit: &Visit, finder: &Finder, wanted: Wanted) -> Response {
    let locale = visit.locale;
    let districts = districts(finder);
    let remembered = visit
        .center
        .as_ref()
        .and_then(|id| finder.get(id.as_str()))
        .cloned();
    let narrowed = !wanted.district.is_empty() || !wanted.subdistrict.is_empty();
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    let mut district = String::new();
    // All subdistricts of the district stay in view, the chosen one unfolded.
    let within = Wanted {
        subdistrict: String::new(),
        ..wanted.clone()
    };
    let in_district = |entry: &&Entry| {
        if wanted.district.is_empty() {
            wanted.covers(entry)
        } else {
            within.covers(entry)
        }
    };
    for entry in finder.entries().filter(|_| narrowed).filter(in_district) {
        district.clone_from(&entry.district);
        match groups
            .iter_mut()
            .find(|(name, _)| *name == entry.subdistrict)
        {
            Some((_, centers)) => centers.push(entry.clone()),
            None => groups.push((entry.subdistrict.clone(), vec![entry.clone()])),
        }
    }
    visit.page(td_string!(locale, finder.title)).render(move || {
        let only = groups.len() == 1;
        let unfolded: Vec<_> = groups
            .into_iter()
            .map(|(name, centers)| {
                let open = only || centers.iter().all(|entry| !wanted.subdistrict.is_empty() && wanted.covers(entry));
                let count = u32::try_from(centers.len()).unwrap_or(u32::MAX);
                let rows: Vec<_> = centers.into_iter().map(|entry| row(entry, false, None)).collect();
                view! {
                    <details class="unfold" open=open>
                        <summary>{name}" "<small>{td_string!(locale, finder.centers, count)}</small></summary>
                        <ul class="row-list">{rows}</ul>
                    </details>
                }
            })
            .collect();
        view! {
            <div id="found-head" data-part="">
                <div class="page-head"><h1>{td_string!(locale, finder.title)}</h1></div>
                {remembered.map(|entry| view! {
                    <section class="section" aria-labelledby="remembered">
                        <h2 id="remembered" class="visually-hidden">{td_string!(locale, finder.remembered)}</h2>
                        <ul class="row-list">{row(entry, true, Some(td_string!(locale, home.my_center).to_owned()))}</ul>
                    </section>
                })}
            </div>
            {search_form(locale, "")}
            <div id="found" data-part="">
            {near_me(locale)}
            {by_district(locale, &districts, &district)}
            {narrowed.then(|| {
                if unfolded.is_empty() {
                    let text = td_string!(locale, finder.none_hint);
                    view! { <EmptyState title=td_string!(locale, finder.none_here) text /> }.into_any()
                } else {
                    view! {
                        <section class="section" aria-labelledby="subdistricts">
                            <h2 id="subdistricts">{td_string!(locale, finder.subdistricts, district = district)}</h2>
                            <div class="stack-close">{unfolded}</div>
                        </section>
                    }.into_any()
                }
            })}
            </div>
        }
    })
}

/// A center as a row: its name, where it lies, and a label.
fn row(entry: Entry, with_district: bool, label: Option<String>) -> impl IntoView {
    let note = match with_district {
        true => format!(
            "{} · {} · {}",
            entry.district, entry.subdistrict, entry.community
        ),
        false => entry.community,
    };
    view! {
        <Row href=format!("/centers/{}", entry.id) title=entry.name note>
            {label.map(|text| view! { <span class="badge">{text}</span> })}
        </Row>
    }
}

fn results(visit: &Visit, finder: &Finder, wanted: Wanted) -> Response {
    let locale = visit.locale;
    let hits: Vec<(Entry, Vec<Why>)> = finder
        .find(&wanted.q, usize::MAX)
        .into_iter()
        .filter(|hit| wanted.covers(hit.entry))
        .map(|hit| (hit.entry.clone(), hit.why))
        .collect();
    let title = td_string!(locale, finder.results, q = wanted.q.as_str());
    visit.page(title.clone()).render(move || {
        let count = u32::try_from(hits.len()).unwrap_or(u32::MAX);
        let more = hits.len() > MOST;
        let rows: Vec<_> =
            hits.into_iter().take(MOST).map(|(entry, why)| row(entry, true, reasons(locale, &why))).collect();
        view! {
            <div id="found-head" data-part="">
                <a class="back-link" href="/centers">{td_string!(locale, finder.title)}</a>
                <div class="page-head">
                    <h1>{title}</h1>
                    {(count > 0).then(|| view! { <p class="lead" role="status">{td_string!(locale, finder.found, count)}</p> })}
                </div>
            </div>
            {search_form(locale, &wanted.q)}
            <div id="found" data-part="">
            {if count == 0 {
                view! {
                    <EmptyState title=td_string!(locale, finder.none) text=td_string!(locale, finder.none_hint)>
                        <a class="button" href="/centers">{td_string!(locale, finder.by_district)}</a>
                    </EmptyState>
                }.into_any()
            } else {
                view! { <ul class="row-list">{rows}</ul> }.into_any()
            }}
            {more.then(|| view! { <p class="lead">{td_string!(locale, finder.more, count = MOST as u32)}</p> })}
            </div>
        }
    })
}

/// Why a center was found, each reason once: `拼音首字母`; nothing where the query said nothing.
fn reasons(locale: Locale, why: &[Why]) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for reason in why {
        let word = match reason {
            Why::Code => td_string!(locale, finder.why_code),
            Why::Name | Why::NamePrefix | Why::NamePart => td_string!(locale, finder.why_name),
            Why::Pinyin | Why::PinyinPrefix | Why::PinyinPart => {
                td_string!(locale, finder.why_pinyin)
            }
            Why::Initials => td_string!(locale, finder.why_initials),
            Why::Community => td_string!(locale, finder.why_community),
            Why::Subdistrict => td_string!(locale, finder.why_subdistrict),
            Why::District => td_string!(locale, finder.why_district),
            Why::Address => td_string!(locale, finder.why_address),
            Why::Similar => td_string!(locale, finder.why_similar),
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    (!words.is_empty()).then(|| words.join(" · "))
}

fn nearest(visit: &Visit, finder: &Finder, from: Position) -> Response {
    let locale = visit.locale;
    let near: Vec<place::Near> = finder
        .nearest(from, NEAREST)
        .into_iter()
        .filter_map(|near| {
            Some(place::Near {
                id: near.entry.id.parse().ok()?,
                name: near.entry.name.clone(),
                place: format!("{} · {}", near.entry.district, near.entry.subdistrict),
                metres: Some(near.metres),
            })
        })
        .collect();
    visit
        .page(td_string!(locale, finder.near_title))
        .render(move || {
            let far = near
                .first()
                .and_then(|n| n.metres)
                .is_some_and(|metres| metres > 100_000);
            let note = if far {
                td_string!(locale, finder.near_far)
            } else {
                td_string!(locale, finder.near_lead)
            };
            view! {
                <a class="back-link" href="/centers">{td_string!(locale, finder.title)}</a>
                <div class="page-head">
                    <h1>{td_string!(locale, finder.near_title)}</h1>
                    <p class="lead">{note}</p>
                </div>
                {place::near_rows(locale, near)}
            }
        })
}

#[cfg(test)]
mod tests {
    use super::{Wanted, reasons};
    use crate::i18n::Locale;
    use gazetteer::{Entry, Why};

    #[test]
    fn a_place_is_asked_for_by_name_or_by_code() {
        let entry = Entry {
            id: "SZ440303001-01".into(),
            district: "罗湖区".into(),
            subdistrict: "桂园街道".into(),
            ..Entry::default()
        };
        let covers = |district: &str, subdistrict: &str| {
            Wanted {
                district: district.into(),
                subdistrict: subdistrict.into(),
                ..Wanted::default()
            }
            .covers(&entry)
        };
        assert!(covers("", "") && covers("罗湖区", "") && covers("440303", "440303001"));
        assert!(!covers("福田区", "") && !covers("44", "") && !covers("罗湖区", "440303002"));
    }

    #[test]
    fn a_reason_is_said_once() {
        let said = reasons(Locale::zh_CN, &[Why::District, Why::NamePart, Why::Name]);
        assert_eq!(said.map(|text| text.matches(" · ").count()), Some(1));
        assert_eq!(reasons(Locale::en, &[]), None);
    }
}

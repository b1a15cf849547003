//! What stands around the content of every page: the way past the header, header, main part,
//! footer.

use crate::{
    i18n::{Locale, td_string},
    page::{Face, Mode, NavLink, Page},
    ui::FormKey,
};
use leptos::prelude::*;
use leptos_i18n::Locale as _;

/// The parts of the site that a resident's header leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Home,
    WhatsOn,
    Services,
    Mine,
}

/// The part that a path belongs to.
fn part(path: &str) -> Option<Part> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let under = |base: &str| {
        path.strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if path == "/" {
        return Some(Part::Home);
    }
    if under("/me") || under("/bookings") {
        return Some(Part::Mine);
    }
    if under("/occurrences") || under("/whats-on") {
        return Some(Part::WhatsOn);
    }
    let mut below = path.strip_prefix("/centers/")?.split('/').skip(1);
    match below.next() {
        Some("whats-on") => Some(Part::WhatsOn),
        Some("menu") => Some(Part::Services),
        _ => None,
    }
}

/// The page around its content.
pub(crate) fn frame(page: &Page, content: AnyView) -> AnyView {
    if page.kiosk {
        return view! { <main id="main" class="kiosk-screen" tabindex="-1">{content}</main> }
            .into_any();
    }
    let class = match (page.narrow, page.with_action) {
        (false, false) => "page",
        (true, false) => "page page-narrow",
        (false, true) => "page page-with-action",
        (true, true) => "page page-narrow page-with-action",
    };
    view! {
        <a class="skip-link" href="#main">{td_string!(page.locale, site.skip)}</a>
        {header(page)}
        <main id="main" class=class tabindex="-1">{content}</main>
        {footer(page)}
    }
    .into_any()
}

fn header(page: &Page) -> impl IntoView + use<> {
    let locale = page.locale;
    let staff = page.face == Face::Staff;
    let (home, name) = if staff {
        ("/staff", td_string!(locale, site.desk))
    } else {
        ("/", td_string!(locale, site.name))
    };
    let nav = match (staff, page.signed_in) {
        (true, false) => None,
        (true, true) => Some(nav(td_string!(locale, nav.desk), page.nav.clone())),
        (false, _) => Some(nav(td_string!(locale, nav.label), resident_links(page))),
    };
    let sign_out = (staff && page.signed_in).then(|| {
        let name = page.name.clone().unwrap_or_default();
        view! {
            <form class="site-tools" method="post" action="/staff/sign-out"><FormKey />
                <a href="/staff/account">{td_string!(locale, staff.account.title)}</a>
                <button type="submit">{td_string!(locale, nav.sign_out, name)}</button>
            </form>
        }
    });
    let tools = match sign_out {
        Some(sign_out) => folded(locale, view! { {tools(page)}{sign_out} }).into_any(),
        None => tools(page).into_any(),
    };
    view! {
        <header class="site-header">
            <a class="brand" href=home>{mark()}<span>{name}</span></a>
            {nav}
            {tools}
        </header>
    }
}

/// What staff rarely touch, behind one word: on a phone at the door the first lines are the
/// answer's. A wide screen shows it open (`style/layout.css`).
fn folded(locale: Locale, content: impl IntoView) -> impl IntoView {
    view! {
        <details class="site-folded">
            <summary>{td_string!(locale, site.more)}</summary>
            {content}
        </details>
    }
}

fn resident_links(page: &Page) -> Vec<NavLink> {
    let locale = page.locale;
    // Whoever has no center yet looks for one first.
    let of_center = |what: &str| match &page.center {
        Some(center) => format!("/centers/{center}/{what}"),
        None => "/centers".to_owned(),
    };
    let here = part(&page.here);
    let link = |part: Part, href: String, words: &'static str| NavLink {
        href,
        words,
        current: here == Some(part),
    };
    vec![
        link(Part::Home, "/".to_owned(), td_string!(locale, nav.home)),
        link(
            Part::WhatsOn,
            of_center("whats-on"),
            td_string!(locale, nav.whats_on),
        ),
        link(
            Part::Services,
            of_center("menu"),
            td_string!(locale, nav.services),
        ),
        link(
            Part::Mine,
            "/me/bookings".to_owned(),
            td_string!(locale, nav.mine),
        ),
    ]
}

fn nav(label: &'static str, links: Vec<NavLink>) -> impl IntoView + use<> {
    let rows: Vec<_> = links
        .into_iter()
        .map(|link| {
            let current = link.current.then_some("page");
            view! { <li><a href=link.href aria-current=current>{link.words}</a></li> }
        })
        .collect();
    view! { <nav class="site-nav" aria-label=label><ul>{rows}</ul></nav> }
}

/// Larger text, stronger contrast, another language: buttons of a form, so that they need no
/// script. A button that is pressed already takes the mode back.
fn tools(page: &Page) -> impl IntoView + use<> {
    let (locale, now) = (page.locale, page.mode);
    let button = move |mode: Mode, words: &'static str| {
        let pressed = now == mode;
        let value = if pressed { Mode::Standard } else { mode }.as_str();
        let state = if pressed { "true" } else { "false" };
        view! { <button type="submit" name="mode" value=value aria-pressed=state>{words}</button> }
    };
    let others = Locale::get_all()
        .iter()
        .copied()
        .filter(|other| *other != locale);
    let languages: Vec<_> = others
        .map(|other| {
            let tag = other.as_str();
            view! { <button type="submit" name="lang" value=tag lang=tag>{td_string!(other, site.language)}</button> }
        })
        .collect();
    view! {
        <form class="site-tools" method="post" action="/preferences" aria-label=td_string!(locale, site.tools)><FormKey />
            <input type="hidden" name="back" value=page.here.clone() />
            {button(Mode::Elder, td_string!(locale, site.elder))}
            {button(Mode::Contrast, td_string!(locale, site.contrast))}
            {languages}
        </form>
    }
}

fn footer(page: &Page) -> impl IntoView + use<> {
    let locale = page.locale;
    let demo = page.demo.then(|| {
        view! { <p class="demo-notice">{td_string!(locale, site.demo_notice)}</p> }
    });
    let links = (page.face != Face::Staff).then(|| {
        view! {
            <a href="/help">{td_string!(locale, site.help)}</a>
            <a href="/privacy">{td_string!(locale, site.privacy)}</a>
        }
    });
    let staff = (page.face == Face::Resident).then(|| {
        view! { <a href="/staff/sign-in">{td_string!(locale, site.staff_sign_in)}</a> }
    });
    view! { <footer class="site-footer">{demo}{links}{staff}</footer> }
}

/// The mark: a roof over two doors.
fn mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 64 64" aria-hidden="true" focusable="false">
            <rect width="64" height="64" rx="15" fill="#1b6149" />
            <path d="M10 31 32 13l22 18" fill="none" stroke="#fffefc" stroke-width="5" stroke-linecap="round" stroke-linejoin="round" />
            <path d="M18 52V39.5a6.5 6.5 0 0 1 13 0V52z" fill="#fffefc" />
            <path d="M33 52V39.5a6.5 6.5 0 0 1 13 0V52z" fill="#f3c66d" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    #[test]
    fn a_path_belongs_to_the_part_that_the_header_marks() {
        for (path, expected) in [
            ("/", Some(Part::Home)),
            ("/?lang=en", Some(Part::Home)),
            (
                "/centers/SZ440303001-01/whats-on?from=2026-11-25",
                Some(Part::WhatsOn),
            ),
            ("/occurrences/x/book", Some(Part::WhatsOn)),
            ("/centers/SZ440303001-01/menu/y", Some(Part::Services)),
            ("/centers/SZ440303001-01", None),
            ("/centers", None),
            ("/me/bookings", Some(Part::Mine)),
            ("/menace", None),
        ] {
            assert_eq!(part(path), expected, "{path}");
        }
    }
}

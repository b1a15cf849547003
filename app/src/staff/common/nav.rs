//! The staff's navigation: where the header leads, what belongs there, and the right it takes.

use crate::{
    i18n::{Locale, td_string},
    page::NavLink,
};
use domain::access::{Action, Caller};

/// A part of the desk.
struct Part {
    /// Where the header leads; the page itself belongs to the part.
    href: &'static str,
    words: fn(Locale) -> &'static str,
    /// Who may not do that anywhere is not led there.
    right: Action,
    /// What else belongs to the part, with all that is below it; `*` is any one segment. Where two
    /// fit, the longer one says.
    covers: &'static [&'static str],
}

/// All parts, in the order of the header.
const PARTS: [Part; 9] = [
    Part {
        href: "/staff",
        words: |locale| td_string!(locale, nav.today),
        right: Action::ViewPlans,
        covers: &["/staff/centers", "/staff/overview"],
    },
    Part {
        href: "/staff/activities",
        words: |locale| td_string!(locale, nav.activities),
        right: Action::ViewPlans,
        covers: &[
            "/staff/activities",
            "/staff/occurrences",
            "/staff/bookings",
            "/staff/centers/*/activities",
            "/staff/centers/*/calendar",
            "/staff/centers/*/casework",
            "/staff/shifts",
            "/staff/centers/*/shifts",
            "/staff/centers/*/staff-time",
            "/staff/centers/*/hand-over",
            "/staff/centers/*/day-off",
            "/staff/centers/*/hours",
            "/staff/centers/*/certificates",
        ],
    },
    Part {
        href: "/staff/people",
        words: |locale| td_string!(locale, people.title),
        right: Action::ViewBookings,
        covers: &["/staff/people", "/staff/centers/*/people"],
    },
    Part {
        href: "/staff/menu",
        words: |locale| td_string!(locale, nav.menu),
        right: Action::ManageMenu,
        covers: &["/staff/menu", "/staff/centers/*/menu"],
    },
    Part {
        href: "/staff/reports",
        words: |locale| td_string!(locale, nav.reports),
        right: Action::ViewPlans,
        covers: &[
            "/staff/reports",
            "/staff/centers/*/year",
            "/staff/centers/*/alike",
        ],
    },
    Part {
        href: "/staff/evaluations",
        words: |locale| td_string!(locale, evaluation.title),
        right: Action::Evaluate,
        covers: &["/staff/evaluations", "/staff/centers/*/evaluations"],
    },
    Part {
        href: "/staff/audit",
        words: |locale| td_string!(locale, nav.audit),
        right: Action::ReadAudit,
        covers: &["/staff/audit"],
    },
    Part {
        href: "/staff/supervision",
        words: |locale| td_string!(locale, supervision.title),
        right: Action::ViewSupervision,
        covers: &[],
    },
    Part {
        href: "/staff/accounts",
        words: |locale| td_string!(locale, nav.administer),
        right: Action::ManageStaff,
        covers: &[
            "/staff/accounts",
            "/staff/centers/new",
            "/staff/holidays",
            "/staff/agencies",
        ],
    },
];

impl Part {
    /// How many segments of the path belong to this part; none where it is of another.
    fn reach(&self, path: &str) -> Option<usize> {
        if path.trim_end_matches('/') == self.href {
            return Some(usize::MAX);
        }
        let covers = |pattern: &&str| {
            let mut rest = path.split('/');
            let mut segments = pattern.split('/');
            let fits = segments.all(|of| rest.next().is_some_and(|is| of == "*" || of == is));
            fits.then(|| pattern.split('/').count())
        };
        self.covers.iter().filter_map(covers).max()
    }
}

/// The ways of this caller, the one marked that the page belongs to.
pub(super) fn links(locale: Locale, caller: &Caller, here: &str) -> Vec<NavLink> {
    let path = here.split(['?', '#']).next().unwrap_or_default();
    let reach = |part: &Part| part.reach(path);
    let furthest = PARTS.iter().filter_map(reach).max();
    PARTS
        .iter()
        .filter(|part| caller.may_somewhere(part.right))
        .map(|part| NavLink {
            href: part.href.to_owned(),
            words: (part.words)(locale),
            current: furthest.is_some() && part.reach(path) == furthest,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        page::{Face, Page},
        ui::chrome,
    };
    use domain::access::{Grant, Identity, Role, Scope};
    use leptos::prelude::*;

    fn staff(role: Role) -> Caller {
        Caller {
            identity: Identity::Staff(uuid::Uuid::from_u128(1).into()),
            grants: vec![Grant {
                role,
                scope: Scope::parse("SZ440303001-01").unwrap(),
            }],
        }
    }

    fn marked(path: &str) -> Option<String> {
        let links = links(Locale::zh_CN, &staff(Role::CenterManager), path);
        let marked: Vec<_> = links.into_iter().filter(|link| link.current).collect();
        assert!(marked.len() < 2, "{path}: {marked:?}");
        marked.into_iter().next().map(|link| link.href)
    }

    #[test]
    fn a_path_belongs_to_the_part_that_the_header_marks() {
        for (path, expected) in [
            ("/staff", Some("/staff")),
            ("/staff/?q=x", Some("/staff")),
            ("/staff/centers/SZ440303001-01/door", Some("/staff")),
            ("/staff/centers/SZ440303001-01/today/close", Some("/staff")),
            (
                "/staff/centers/SZ440303001-01/activities/new",
                Some("/staff/activities"),
            ),
            (
                "/staff/centers/SZ440303001-01/calendar?view=day",
                Some("/staff/activities"),
            ),
            ("/staff/occurrences/x/sheet", Some("/staff/activities")),
            ("/staff/people", Some("/staff/people")),
            (
                "/staff/centers/SZ440303001-01/people/x",
                Some("/staff/people"),
            ),
            ("/staff/menu", Some("/staff/menu")),
            ("/staff/centers/SZ440303001-01/menu/y", Some("/staff/menu")),
            ("/staff/audit?before=1", Some("/staff/audit")),
            // A manager of a center does not see it.
            ("/staff/supervision", None),
            ("/staff/accounts/x", Some("/staff/accounts")),
            ("/staff/account", None),
            ("/staff/sign-in", None),
            ("/staff/activitiesx", None),
        ] {
            assert_eq!(marked(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn nobody_is_led_where_they_may_not_go() {
        let hrefs = |role| -> Vec<_> {
            let links = links(Locale::zh_CN, &staff(role), "/staff");
            links.into_iter().map(|link| link.href).collect()
        };
        assert_eq!(
            hrefs(Role::Evaluator),
            [
                "/staff",
                "/staff/activities",
                "/staff/reports",
                "/staff/evaluations"
            ]
        );
        assert_eq!(
            hrefs(Role::SocialWorker),
            [
                "/staff",
                "/staff/activities",
                "/staff/people",
                "/staff/menu",
                "/staff/reports"
            ]
        );
        assert_eq!(
            hrefs(Role::DistrictSupervisor),
            [
                "/staff",
                "/staff/activities",
                "/staff/reports",
                "/staff/audit",
                "/staff/supervision",
                "/staff/accounts"
            ]
        );
    }

    #[test]
    fn the_desk_has_its_own_ways_and_shows_them_to_who_is_signed_in() {
        let framed = |signed_in: bool| {
            let mut page = Page::new(Locale::zh_CN, "首页");
            page.face = Face::Staff;
            page.here = "/staff/activities".into();
            page.nav = links(Locale::zh_CN, &staff(Role::CenterManager), &page.here);
            page.signed_in = signed_in;
            page.name = signed_in.then(|| "李敏".to_owned());
            let content = view! { <h1>"内容"</h1> }.into_any();
            chrome::frame(&page, content).to_html().replace("<!>", "")
        };
        let html = framed(true);
        assert!(
            html.contains("退出 李敏") && html.contains("/staff/sign-out"),
            "{html}"
        );
        assert!(
            html.contains(r#"<a href="/staff/activities" aria-current="page">"#),
            "{html}"
        );
        let html = framed(false);
        assert!(
            !html.contains(r#"href="/staff/activities""#) && !html.contains("sign-out"),
            "{html}"
        );
    }
}

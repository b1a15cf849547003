//! The part of a form that says which role somebody gets, where, and from when until when.

use crate::{
    i18n::td_string,
    ui::{Field, Problems, SelectField},
    web::{Form, Visit},
    words,
};
use chrono::Days;
use domain::{
    Reason, Refusal,
    access::{Action, Grant, Role, Scope, TimedGrant, granting},
    time::Timestamp,
};
use leptos::prelude::*;
use store::centers::CenterSummary;

/// So many places stand in a list; of more, one writes the name.
const FEW: usize = 60;

/// A place that the caller can give roles at, and its name.
type Choice = (Scope, String);

/// What the form shows: the places to choose from, or none where one writes the name.
#[derive(Clone)]
pub(super) struct Shown {
    places: Option<Vec<Choice>>,
}

impl Shown {
    /// For a form; of many places it shows the one that the form is about already.
    pub(super) fn new(visit: &Visit, form: &Form) -> Self {
        let mut all = places(visit);
        if all.len() > FEW {
            let about = form.get("scope").and_then(|code| Scope::parse(code).ok());
            all.retain(|(scope, _)| Some(scope) == about.as_ref());
            return Self {
                places: (!all.is_empty()).then_some(all),
            };
        }
        Self { places: Some(all) }
    }
}

/// Whether a grant of the caller's lets them give roles at all of that.
fn reaches(visit: &Visit, covers: impl Fn(&Scope) -> bool) -> bool {
    let mut own = visit.caller.grants.iter();
    own.any(|own| own.role.includes(Action::ManageStaff) && covers(&own.scope))
}

/// Everywhere that the caller can give roles: wider places before those within.
fn places(visit: &Visit) -> Vec<Choice> {
    let locale = visit.locale;
    let centers = visit.site.centers();
    let city = reaches(visit, |own| *own == Scope::City);
    let (mut wide, mut narrow): (Vec<Choice>, Vec<Choice>) = (Vec::new(), Vec::new());
    if city {
        let all = td_string!(locale, staff.account.city).to_owned();
        wide.push((Scope::City, all));
    }
    for center in centers.all() {
        let district = Scope::District(center.district_code.clone());
        let subdistrict = Scope::Subdistrict(center.subdistrict_code.clone());
        let whole_district = reaches(visit, |own| *own == Scope::City || *own == district);
        let whole_subdistrict = whole_district || reaches(visit, |own| *own == subdistrict);
        let add = |to: &mut Vec<Choice>, scope: Scope, name: &str| {
            if to.iter().all(|(known, _)| *known != scope) {
                to.push((scope, name.to_owned()));
            }
        };
        if whole_district {
            add(&mut wide, district, &center.district);
        }
        if whole_subdistrict {
            add(&mut wide, subdistrict, &of_district(center));
        }
        if reaches(visit, |own| own.covers(&center.place())) {
            narrow.push((Scope::Center(center.id.clone()), center.name.clone()));
        }
    }
    wide.extend(narrow);
    wide
}

/// A subdistrict with its district: some have the same name.
fn of_district(center: &CenterSummary) -> String {
    format!("{}{}", center.district, center.subdistrict)
}

/// The places that a name stands for: one that it is exactly, else all that have it in theirs.
fn called(places: Vec<Choice>, written: &str) -> Vec<Choice> {
    let is_it = |(scope, name): &&Choice| {
        let code = scope.to_string();
        let bare = name.strip_suffix('区').unwrap_or(name);
        let whole = *scope == Scope::City && written.eq_ignore_ascii_case("city");
        whole || *name == written || bare == written || code.ends_with(&format!(":{written}"))
    };
    if let Some(found) = places.iter().find(is_it) {
        return vec![found.clone()];
    }
    let contains = |(_, name): &Choice| name.contains(written);
    places.into_iter().filter(contains).take(FEW).collect()
}

/// The grant that the form asks for; what is wrong is noted, and `shown` then says which places fit.
pub(super) fn read(
    visit: &Visit,
    form: &Form,
    problems: &mut Problems,
    shown: &mut Shown,
) -> Option<TimedGrant> {
    let (locale, now) = (visit.locale, visit.now);
    let role = form.need("role").and_then(str::parse::<Role>);
    let role = problems.keep(locale, now, role);
    let scope = match form.get("scope") {
        Some(code) => problems.keep(locale, now, Scope::parse(code)),
        None => written_place(visit, form, problems, shown),
    };
    let begins_at = problems.keep(locale, now, begins(form, now));
    let ends_at = problems.keep(locale, now, ends(form, now));
    Some(TimedGrant {
        grant: Grant {
            role: role?,
            scope: scope?,
        },
        begins_at: begins_at?,
        ends_at: ends_at?,
    })
}

fn written_place(
    visit: &Visit,
    form: &Form,
    problems: &mut Problems,
    shown: &mut Shown,
) -> Option<Scope> {
    let locale = visit.locale;
    let name = if shown.places.is_some() {
        "scope"
    } else {
        "place"
    };
    let written = problems.keep(locale, visit.now, form.need(name))?;
    let mut found = called(places(visit), written);
    match found.len() {
        0 => {
            let unknown = td_string!(locale, staff.accounts.place_unknown);
            problems.note_text(name, unknown.to_owned());
            None
        }
        1 => found.pop().map(|(scope, _)| scope),
        _ => {
            let several = td_string!(locale, staff.accounts.place_several);
            problems.note_text("scope", several.to_owned());
            shown.places = Some(found);
            None
        }
    }
}

/// From the beginning of that day; a day that has begun is at once.
pub(super) fn begins(form: &Form, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let day = form.day("from", now.day())?;
    Ok(day.map(Timestamp::start_of).filter(|at| *at > now))
}

/// To the end of that day.
pub(super) fn ends(form: &Form, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let Some(day) = form.day("to", now.day())? else {
        return Ok(None);
    };
    let after = day.checked_add_days(Days::new(1));
    let after = after.ok_or(Refusal::invalid("to", Reason::NotADay))?;
    Ok(Some(Timestamp::start_of(after)))
}

/// The fields.
pub(super) fn fields(
    visit: &Visit,
    form: &Form,
    problems: &Problems,
    shown: &Shown,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let roles: Vec<(String, String)> = granting::grantable(&visit.caller)
        .into_iter()
        .map(|role| {
            (
                role.as_str().to_owned(),
                words::role(locale, role).to_owned(),
            )
        })
        .collect();
    let place = match &shown.places {
        Some(places) => {
            let options: Vec<_> = places
                .iter()
                .map(|(scope, name)| (scope.to_string(), name.clone()))
                .collect();
            view! {
                <SelectField name="scope" label=td_string!(locale, staff.accounts.place) options=options
                    selected=form.text("scope").to_owned() error=problems.of("scope") />
            }
            .into_any()
        }
        None => view! {
            <Field name="place" label=td_string!(locale, staff.accounts.place) hint=td_string!(locale, staff.accounts.place_hint)
                value=form.text("place") error=problems.of("place") maxlength=60 required=true />
        }
        .into_any(),
    };
    view! {
        <SelectField name="role" label=td_string!(locale, field.role) options=roles
            selected=form.text("role").to_owned() error=problems.of("role") />
        {place}
        <Field name="from" label=td_string!(locale, staff.accounts.from_day) hint=td_string!(locale, staff.accounts.from_hint)
            kind="date" value=form.text("from") error=problems.of("from") />
        <Field name="to" label=td_string!(locale, staff.accounts.to_day) hint=td_string!(locale, staff.accounts.to_hint)
            kind="date" value=form.text("to") error=problems.of("to") />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Vec<Choice> {
        let of = |code: &str, name: &str| (Scope::parse(code).unwrap(), name.to_owned());
        vec![
            of("city", "全市"),
            of("440303", "罗湖区"),
            of("440303001", "罗湖区桂园街道"),
            of("SZ440303001-01", "大塘龙社区党群服务中心"),
            of("SZ440303001-02", "老围社区党群服务中心"),
        ]
    }

    #[test]
    fn a_place_is_meant_by_its_name_its_code_or_a_part_of_it() {
        let codes = |written: &str| -> Vec<String> {
            let found = called(choices(), written);
            found
                .into_iter()
                .map(|(scope, _)| scope.to_string())
                .collect()
        };
        assert_eq!(codes("全市"), ["city"]);
        assert_eq!(codes("City"), ["city"]);
        assert_eq!(codes("罗湖"), ["district:440303"]);
        assert_eq!(codes("桂园"), ["subdistrict:440303001"]);
        assert_eq!(codes("SZ440303001-02"), ["center:SZ440303001-02"]);
        assert_eq!(codes("大塘龙"), ["center:SZ440303001-01"]);
        assert_eq!(codes("党群服务中心").len(), 2);
        assert!(codes("南山").is_empty());
    }

    #[test]
    fn days_are_whole_and_the_last_one_counts() {
        let now = Timestamp::parse("2026-11-23T10:00").unwrap();
        let form = |from: &str, to: &str| Form::parse(format!("from={from}&to={to}").as_bytes());
        let read = |from: &str, to: &str| {
            let form = form(from, to);
            (begins(&form, now), ends(&form, now))
        };
        let at = |text: &str| Ok(Some(Timestamp::parse(text).unwrap()));
        assert_eq!(read("", ""), (Ok(None), Ok(None)));
        assert_eq!(
            read("2026-12-01", "2026-12-31"),
            (at("2026-12-01T00:00"), at("2027-01-01T00:00"))
        );
        // Today is at once, and until today is until tonight.
        assert_eq!(
            read("2026-11-23", "2026-11-23"),
            (Ok(None), at("2026-11-24T00:00"))
        );
        let wrong = |name| Err(Refusal::invalid(name, Reason::NotADay));
        assert_eq!(read("soon", "later"), (wrong("from"), wrong("to")));
    }
}

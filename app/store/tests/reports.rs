//! Reports against what the rows say, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{attended::*, door::*, *};
use domain::{
    Refusal,
    access::{Caller, Role, Scope},
    id::CenterId,
    report::{Asked, By, Days, Figure, Month},
    time::{DAY, HOUR, Timestamp},
};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Act, check,
    check_ins::{NewCheckIn, Presented, WalkIn},
    reports::{self, Line, Refreshed, Which},
    testing::TestDb,
};

/// The figures of some facts, counted one by one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Naive {
    cases: usize,
    groups: usize,
    sessions: usize,
    activities: usize,
    attendances: u64,
    persons: u64,
    walk_ins: u64,
    no_shows: u64,
}

impl Naive {
    fn of<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> Self {
        let mut naive = Self::default();
        let (mut cases, mut groups) = (BTreeSet::new(), BTreeSet::new());
        let (mut sessions, mut activities, mut persons) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for fact in facts {
            match fact.state {
                "no_show" => naive.no_shows += 1,
                "checked_in" => {
                    naive.attendances += 1;
                    naive.walk_ins += u64::from(fact.walk_in);
                    persons.insert(fact.person);
                    match fact.kind {
                        0 => drop(cases.insert(fact.activity)),
                        1 => {
                            groups.insert(fact.activity);
                            sessions.insert(fact.date);
                        }
                        _ => drop(activities.insert(fact.date)),
                    }
                }
                _ => {}
            }
        }
        naive.cases = cases.len();
        naive.groups = groups.len();
        naive.sessions = sessions.len();
        naive.activities = activities.len();
        naive.persons = persons.len() as u64;
        naive
    }

    /// Compares with a row, of which what is about too few people is missing.
    fn assert_is(&self, line: &Line) {
        let counts = (line.cases, line.groups, line.sessions, line.activities);
        let own = (self.cases, self.groups, self.sessions, self.activities);
        assert_eq!(
            counts,
            (own.0 as u64, own.1 as u64, own.2 as u64, own.3 as u64),
            "{line:?}"
        );
        match &line.came {
            Some(came) => {
                let told = (came.attendances, came.persons, came.walk_ins, came.no_shows);
                assert_eq!(
                    told,
                    (self.attendances, self.persons, self.walk_ins, self.no_shows)
                );
                assert!(came.persons == 0 || came.persons >= 5, "{line:?}");
            }
            None => assert!(
                self.persons > 0 || self.no_shows > 0,
                "{line:?} hides nothing"
            ),
        }
    }
}

fn inside<'f>(facts: &'f [Fact], from: &str, to: &str) -> Vec<&'f Fact> {
    facts
        .iter()
        .filter(|f| f.day.as_str() >= from && f.day.as_str() <= to)
        .collect()
}

/// What a line is told apart by: the place, the month, the field.
type Apart<'f> = (Option<String>, Option<String>, Option<&'f str>);

/// C-171, and C-95 (whoever came is one person however often and to whomever): every figure equals what
/// its rows say, told apart in every way, over whole months and parts.
async fn c171_figures_are_what_the_rows_say(test: TestDb) {
    let facts = city(&test).await;
    figures_are(&test, &facts).await;
    // And of what is kept.
    let kept = keep(&test).await;
    assert_eq!(kept.tallies, CENTERS.len() * 3);
    figures_are(&test, &facts).await;
    assert_eq!(keep(&test).await, Refreshed::default());
    // It is that indeed: what a tally does not say is not told.
    test.arrange(vec!["UPDATE month_tally SET lines = '[]'".into()])
        .await;
    let act = act_of(Role::CenterManager, "city");
    let year = asked("city", "2026-01-01", "2026-03-31", "");
    let report = reports::attendance(&test.db, &act, &year).await.unwrap();
    assert_eq!((report.total.sessions, report.total.groups), (0, 0));
    let wrong = reports::wrong_tallies(&test.db).await.unwrap();
    assert_eq!(wrong.len(), CENTERS.len() * 3);
    reports::tally_anew(&test.db, &act, wrong).await.unwrap();
    assert_eq!(reports::wrong_tallies(&test.db).await.unwrap(), []);
    figures_are(&test, &facts).await;
}

/// What the job of the server does.
async fn keep(test: &TestDb) -> Refreshed {
    let act = act_of(Role::CenterManager, "city");
    let quarter = days("2026-01-01", "2026-03-31");
    reports::refresh(&test.db, &act, quarter, 500)
        .await
        .unwrap()
}

async fn figures_are(test: &TestDb, facts: &[Fact]) {
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    let act = act_of(Role::CenterManager, "city");
    for (from, to) in [
        ("2026-01-01", "2026-03-31"),
        ("2026-01-20", "2026-03-05"),
        ("2026-02-01", "2026-02-28"),
    ] {
        let these = inside(facts, from, to);
        for by in [
            "",
            "field",
            "month",
            "center",
            "field,month,center",
            "district",
            "month,subdistrict",
        ] {
            let report = reports::attendance(&test.db, &act, &asked("city", from, to, by))
                .await
                .unwrap();
            assert_eq!(report.people_as_of, NOW);
            Naive::of(these.iter().copied()).assert_is(&report.total);
            let by = By::parse(by).unwrap();
            let mut apart: BTreeMap<Apart<'_>, Vec<&Fact>> = BTreeMap::new();
            for fact in these
                .iter()
                .filter(|f| matches!(f.state, "checked_in" | "no_show"))
            {
                let (center, district, subdistrict) = CENTERS[fact.center];
                let place = match by.to_string().rsplit(',').next() {
                    Some("center") => Some(center.to_owned()),
                    Some("district") => Some(district.to_owned()),
                    Some("subdistrict") => Some(subdistrict.to_owned()),
                    _ => None,
                };
                let key = (
                    place,
                    by.month.then(|| fact.day[..7].to_owned()),
                    by.field.then_some(FIELDS[fact.field]),
                );
                apart.entry(key).or_default().push(fact);
            }
            let rows = if by == By::default() { 0 } else { apart.len() };
            assert_eq!(report.rows.len(), rows, "{by} {from}");
            for line in &report.rows {
                let place =
                    line.place
                        .as_ref()
                        .map(|place| match (&place.center, &place.subdistrict) {
                            (Some(center), _) => center.to_string(),
                            (None, Some(subdistrict)) => subdistrict.clone(),
                            (None, None) => place.district.clone(),
                        });
                let key = (
                    place,
                    line.month.map(|m| m.to_string()),
                    line.field.as_deref(),
                );
                Naive::of(apart[&key].iter().copied()).assert_is(line);
            }
        }
    }
}

/// Every way in which attendance changes is in the next report: the sets of people are never old.
async fn people_are_as_of_now(test: TestDb) {
    let facts = city(&test).await;
    people_are_as_they_come(test, facts).await;
}

/// Nor are tallies.
async fn tallies_are_as_of_now(test: TestDb) {
    let facts = city(&test).await;
    keep(&test).await;
    people_are_as_they_come(test, facts).await;
}

async fn people_are_as_they_come(test: TestDb, mut facts: Vec<Fact>) {
    let act = act_of(Role::CenterManager, "city");
    let whole = asked("city", "2026-01-01", "2026-03-31", "");
    let persons = async || {
        let report = reports::attendance(&test.db, &act, &whole).await.unwrap();
        let parts = reports::attendance(
            &test.db,
            &act,
            &asked("city", "2026-01-01", "2026-03-31", "month"),
        )
        .await
        .unwrap();
        (
            report.total.came.unwrap().persons,
            parts
                .rows
                .iter()
                .filter_map(|r| r.came)
                .map(|c| c.persons)
                .collect::<Vec<_>>(),
        )
    };
    let naive = |facts: &[Fact]| {
        let months = ["2026-01", "2026-02", "2026-03"]
            .map(|m| Naive::of(facts.iter().filter(|f| f.day.starts_with(m))).persons);
        (Naive::of(facts).persons, months.to_vec())
    };
    assert_eq!(persons().await, naive(&facts));
    // One goes and another comes: the number stays, the set does not.
    let gone = facts.iter().position(|f| f.state == "checked_in").unwrap();
    let date = facts[gone].date;
    let came: BTreeSet<u128> = facts
        .iter()
        .filter(|f| f.date == date)
        .map(|f| f.person)
        .collect();
    let new = (1..=120).find(|n| {
        !came.contains(n)
            && !facts
                .iter()
                .any(|f| f.person == *n && f.state == "checked_in")
    });
    let new = new.unwrap_or(119);
    test.arrange(vec![format!(
        "UPDATE booking SET state = 'cancelled' WHERE short_code = 'R{gone}'"
    )])
    .await;
    let mut other = facts[gone].clone();
    facts[gone].state = "cancelled";
    (other.person, other.state) = (new, "checked_in");
    test.arrange(vec![booking(facts.len(), &other)]).await;
    facts.push(other);
    assert_eq!(persons().await, naive(&facts));
    // A date moves to another month.
    let start = Timestamp::start_of("2026-03-15".parse().unwrap());
    test.arrange(vec![format!(
        "UPDATE occurrence SET starts_at = {}, ends_at = {} WHERE id = '{}'",
        start.0,
        start.plus(HOUR).0,
        occurrence(date)
    )])
    .await;
    for fact in facts.iter_mut().filter(|f| f.date == date) {
        fact.day = "2026-03-15".into();
    }
    assert_eq!(persons().await, naive(&facts));
    // A person turns out to be another one.
    let merged = facts
        .iter()
        .position(|f| f.date != date && f.state == "checked_in")
        .unwrap();
    let other = (1..=120)
        .find(|n| {
            !facts
                .iter()
                .any(|f| f.person == *n && f.date == facts[merged].date)
        })
        .unwrap();
    test.arrange(vec![format!(
        "UPDATE booking SET person_id = '{}' WHERE short_code = 'R{merged}'",
        person(other)
    )])
    .await;
    facts[merged].person = other;
    assert_eq!(persons().await, naive(&facts));
    // An activity is of another field.
    test.arrange(vec![format!(
        "UPDATE activity SET field = 'culture' WHERE id = '{}'",
        uuid::Uuid::from_u128(0xe000_0000)
    )])
    .await;
    for fact in facts.iter_mut().filter(|f| f.activity == 0) {
        fact.field = 2;
    }
    let report = reports::attendance(
        &test.db,
        &act,
        &asked("city", "2026-01-01", "2026-03-31", "field"),
    )
    .await
    .unwrap();
    for line in &report.rows {
        let field = line.field.clone().unwrap();
        Naive::of(facts.iter().filter(|f| FIELDS[f.field] == field)).assert_is(line);
    }
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
}

/// C-172: few people are not shown, to nobody; and to whoever may not read names, no day on which few
/// came can be had by comparing.
async fn c172_few_people_are_not_shown(test: TestDb) {
    center(
        &test,
        &[Sitting::new(1, 30, 0), Sitting::new(2, 30, 0)],
        "single",
    )
    .await;
    accounts(&test, 1, 31).await;
    let (first, second) = ("2026-02-03", "2026-02-20");
    let mut sql = Vec::new();
    for (n, day) in [(1, first), (2, second)] {
        let start = Timestamp::start_of(day.parse().unwrap());
        sql.push(format!(
            "UPDATE occurrence SET starts_at = {}, ends_at = {} WHERE id = '{}'",
            start.0,
            start.plus(HOUR).0,
            occurrence(n)
        ));
    }
    let came = |date: u128, who: std::ops::Range<u128>| {
        who.map(move |n| Fact {
            center: 0,
            field: 0,
            kind: 1,
            activity: date,
            date,
            day: String::new(),
            person: n,
            state: "checked_in",
            walk_in: false,
        })
    };
    for (n, fact) in came(1, 1..11).chain(came(2, 1..4)).enumerate() {
        sql.push(booking(n, &fact));
    }
    test.arrange(sql).await;
    let over = |from, to| asked(CENTER, from, to, "");
    let worker = act_of(Role::SocialWorker, CENTER);
    let evaluator = act_of(Role::Evaluator, CENTER);
    let read = async |act: &Act, asked: &Asked| {
        reports::attendance(&test.db, act, asked)
            .await
            .unwrap()
            .total
            .came
            .map(|came| (came.attendances, came.persons))
    };
    for act in [&worker, &evaluator] {
        assert_eq!(
            read(act, &over("2026-02-01", "2026-02-28")).await,
            Some((13, 10))
        );
        assert_eq!(read(act, &over(second, second)).await, None);
    }
    assert_eq!(read(&worker, &over(first, first)).await, Some((10, 10)));
    assert_eq!(
        read(&evaluator, &over(first, first)).await,
        None,
        "the month minus this day is three people"
    );
    let which = Which {
        scope: Scope::parse(CENTER).unwrap(),
        days: days("2026-02-01", "2026-02-28"),
        field: None,
        month: None,
    };
    let came = async |act: &Act| {
        let rows = reports::rows(&test.db, act, &which).await.unwrap();
        rows.dates.iter().map(|date| date.came).collect::<Vec<_>>()
    };
    assert_eq!(came(&worker).await, [Some(10), Some(3)]);
    assert_eq!(came(&evaluator).await, [None, None]);
}

/// Whose figures somebody sees: those of scopes that a grant of theirs covers in whole.
async fn figures_are_of_the_callers_scope(test: TestDb) {
    places(&test).await;
    let read = async |role: Role, of: &str, scope: &str| {
        let asked = asked(scope, "2026-01-01", "2026-01-31", "");
        match reports::attendance(&test.db, &act_of(role, of), &asked).await {
            Ok(_) => Ok(()),
            Err(store::Error::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(read(Role::SocialWorker, CENTER, CENTER).await, Ok(()));
    assert_eq!(
        read(Role::SocialWorker, CENTER, "440303001").await,
        Err(Refusal::Forbidden)
    );
    assert_eq!(
        read(Role::SocialWorker, CENTER, "SZ440303001-02").await,
        Err(Refusal::Forbidden)
    );
    assert_eq!(
        read(Role::SubdistrictSupervisor, "440303001", "440303001").await,
        Ok(())
    );
    assert_eq!(
        read(Role::SubdistrictSupervisor, "440303001", "440303").await,
        Err(Refusal::Forbidden)
    );
    assert_eq!(
        read(Role::DistrictSupervisor, "440303", "440303002").await,
        Ok(())
    );
    assert_eq!(read(Role::CitySupervisor, "city", "city").await, Ok(()));
    assert_eq!(
        read(Role::Kiosk, CENTER, CENTER).await,
        Err(Refusal::Forbidden)
    );
    assert_eq!(
        read(Role::CitySupervisor, "city", "449999").await,
        Err(Refusal::NotFound)
    );
    let nobody = Act::new(Caller::anonymous(), NOW, ids());
    let asked = asked(CENTER, "2026-01-01", "2026-01-31", "");
    let refused = reports::attendance(&test.db, &nobody, &asked).await;
    assert!(matches!(
        refused,
        Err(store::Error::Refused(Refusal::Unauthenticated))
    ));
}

/// Somebody without a booking who is taken in at the door is a walk-in; a booking at the desk isn't.
async fn walk_ins_are_counted_apart(test: TestDb) {
    let mut date = Sitting::new(1, 30, 0);
    date.in_hours = 0;
    center(&test, &[date], "single").await;
    accounts(&test, 1, 9).await;
    for n in 1..=6 {
        let walk_in = WalkIn {
            occurrence: occurrence(1),
            account: account(n),
            person: person(n),
        };
        let new = NewCheckIn::now(scan_id(n), Presented::WalkIn(walk_in));
        let admission = admit(&test, &social_worker(), new).await;
        assert!(admission.verdict.is_evidence(), "{admission:?}");
    }
    let month = Month::of(NOW.day());
    let asked = Asked {
        scope: Scope::parse(CENTER).unwrap(),
        days: Days::of(month),
        by: By::default(),
    };
    let report = reports::attendance(&test.db, &social_worker(), &asked)
        .await
        .unwrap();
    let came = report.total.came.unwrap();
    assert_eq!(
        (came.attendances, came.persons, came.walk_ins, came.no_shows),
        (6, 6, 6, 0)
    );
}

/// Volunteers are counted apart from those who came, their minutes by kind, and shifts of an occurrence
/// with its field.
async fn shifts_are_in_the_report(test: TestDb) {
    use common::past::*;
    center(&test, &[], "single").await;
    accounts(&test, 1, 12).await;
    for n in 1..=5 {
        verified(&test, n, n, 3, 60 + i64::try_from(n).unwrap()).await;
    }
    test.arrange(vec![format!(
        "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
         minutes, approval, served_at, at) VALUES ('{}', '{}', '{CENTER}', '{}', '{}', 'entered',
         'entered', 30, 'second', {}, 0)",
        past_entry(90, 1), person(1), past_shift(1), past_place(1, 1), NOW.plus(-3 * DAY).0
    )])
    .await;
    let day = NOW.plus(-3 * DAY).day();
    let asked = Asked {
        scope: Scope::parse(CENTER).unwrap(),
        days: Days::of(Month::of(day)),
        by: By::parse("field").unwrap(),
    };
    let worker = social_worker();
    let report = reports::attendance(&test.db, &worker, &asked)
        .await
        .unwrap();
    let served = report.total.served.unwrap();
    assert_eq!(
        (
            report.total.shifts,
            served.volunteers,
            served.minutes,
            served.entered
        ),
        (5, 5, 315, 0)
    );
    assert_eq!(report.total.came.unwrap().persons, 0);
    assert_eq!(report.rows.len(), 1);
    assert_eq!(report.rows[0].field.as_deref(), Some(""));
    // A date that is planned anew throws nothing away.
    let kept = test.number("SELECT COUNT(*) FROM people_cell").await;
    sittings(&test, &[Sitting::new(1, 9, 0)], "single").await;
    assert_eq!(test.number("SELECT COUNT(*) FROM people_cell").await, kept);
    let word = format!(
        "INSERT INTO hour_word (id, entry_id, nth, word, said_by, at) VALUES ('w1', '{}', 1, 'approved', 'x', 0)",
        past_entry(90, 1)
    );
    test.arrange(vec![word]).await;
    let report = reports::attendance(&test.db, &worker, &asked)
        .await
        .unwrap();
    assert_eq!(report.total.served.unwrap().entered, 30);
    // One volunteer was not there after all: four are too few.
    test.arrange(vec![format!(
        "UPDATE assignment SET state = 'no_show' WHERE id = '{}'",
        past_place(5, 5)
    )])
    .await;
    let report = reports::attendance(&test.db, &worker, &asked)
        .await
        .unwrap();
    assert_eq!((report.total.shifts, report.total.served), (4, None));
    let center: CenterId = CENTER.parse().unwrap();
    let again = reports::refresh(&test.db, &worker, Days::of(Month::of(day)), 9).await;
    assert_eq!(again.unwrap().sets, 0, "the report has made them: {center}");
}

/// A month is closed once, when it is over; what is corrected later is told beside what was reported.
async fn a_closed_month_keeps_its_figures(test: TestDb) {
    let facts = city(&test).await;
    let center: CenterId = CENTER.parse().unwrap();
    let manager = act_of(Role::CenterManager, CENTER);
    let month: Month = "2026-02".parse().unwrap();
    let during = Timestamp::start_of("2026-02-10".parse().unwrap());
    let refused = reports::close_month(&test.db, &at(&manager, during), &center, month).await;
    assert!(matches!(
        refused,
        Err(store::Error::Refused(Refusal::NotOver { .. }))
    ));
    let worker = act_of(Role::SocialWorker, CENTER);
    let after = Timestamp::start_of("2026-03-02".parse().unwrap());
    let refused = reports::close_month(&test.db, &at(&worker, after), &center, month).await;
    assert!(matches!(
        refused,
        Err(store::Error::Refused(Refusal::Forbidden))
    ));
    for days in [0, 1] {
        let act = at(&manager, after.plus(days * DAY));
        reports::close_month(&test.db, &act, &center, month)
            .await
            .unwrap();
    }
    let read = async || {
        let view = reports::year(&test.db, &at(&worker, after), &center, 2026)
            .await
            .unwrap();
        assert!(!view.may_decide);
        view.months
            .into_iter()
            .find(|of| of.month == month)
            .unwrap()
    };
    let closed = read().await.closed.unwrap();
    assert_eq!((closed.at, closed.corrections.len()), (after, 0));
    let own = facts
        .iter()
        .filter(|f| f.center == 0 && f.day.starts_with("2026-02"));
    let naive = Naive::of(own.clone());
    assert_eq!(
        closed.figures[&Figure::Attendances],
        i64::try_from(naive.attendances).unwrap()
    );
    // Somebody turns out to have been there.
    let late = facts
        .iter()
        .position(|f| f.center == 0 && f.day.starts_with("2026-02") && f.state == "confirmed");
    let late = late.expect("somebody who never came");
    test.arrange(vec![format!(
        "UPDATE booking SET state = 'checked_in' WHERE short_code = 'R{late}'"
    )])
    .await;
    let told = read().await.closed.unwrap();
    assert_eq!(told.figures, closed.figures, "what was reported stays");
    let attendances = told
        .corrections
        .iter()
        .find(|c| c.figure == Figure::Attendances)
        .unwrap();
    assert_eq!(attendances.is, attendances.was.map(|was| was + 1));
    let log = "SELECT COUNT(*) FROM audit WHERE action = 'month.close'";
    assert_eq!(test.number(log).await, 1);
}

async fn targets_are_the_contracts(test: TestDb) {
    places(&test).await;
    let center: CenterId = CENTER.parse().unwrap();
    let manager = act_of(Role::CenterManager, CENTER);
    let set = async |act: &Act, targets: &[(Figure, u32)]| {
        let targets = targets.iter().copied().collect();
        reports::set_targets(&test.db, act, &center, 2026, targets).await
    };
    let contract = [
        (Figure::Cases, 30),
        (Figure::Groups, 11),
        (Figure::Activities, 96),
    ];
    set(&manager, &contract).await.unwrap();
    set(&manager, &contract[..2]).await.unwrap();
    let view = reports::year(&test.db, &manager, &center, 2026)
        .await
        .unwrap();
    assert_eq!(view.targets, BTreeMap::from([contract[0], contract[1]]));
    assert!(view.may_decide);
    let other = reports::year(&test.db, &manager, &center, 2027)
        .await
        .unwrap();
    assert!(other.targets.is_empty());
    assert!(set(&manager, &[(Figure::NoShows, 3)]).await.is_err());
    let worker = act_of(Role::SocialWorker, CENTER);
    assert!(matches!(
        set(&worker, &contract).await,
        Err(store::Error::Refused(Refusal::Forbidden))
    ));
}

store::on_both_databases! {
    a_closed_month_keeps_its_figures => super::a_closed_month_keeps_its_figures,
    targets_are_the_contracts => super::targets_are_the_contracts,
    c171_figures_are_what_the_rows_say => super::c171_figures_are_what_the_rows_say,
    people_are_as_of_now => super::people_are_as_of_now,
    tallies_are_as_of_now => super::tallies_are_as_of_now,
    c172_few_people_are_not_shown => super::c172_few_people_are_not_shown,
    figures_are_of_the_callers_scope => super::figures_are_of_the_callers_scope,
    walk_ins_are_counted_apart => super::walk_ins_are_counted_apart,
    shifts_are_in_the_report => super::shifts_are_in_the_report,
}

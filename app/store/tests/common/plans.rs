//! What the staff plan: activities, their dates, and who books them.

use super::{CENTER, NOW, accounts, center, request, resident, social_worker};
use domain::{
    Refusal,
    activity::{Enrolment, Kind},
    id::{ActivityId, CenterId, OccurrenceId},
    notice::Notice,
    texts::Texts,
    time::{DAY, HOUR, Timestamp},
};
use store::{
    Act, Db,
    activities::{self, Created, Dates, NewActivity, NewOccurrence},
    bookings::{self, BookingView},
    occurrences::{self, EditScope, OccurrenceEdit, TermsEdit},
    testing::{TestDb, decided},
};

pub fn here() -> CenterId {
    CENTER.parse().unwrap()
}

pub fn at_day(day: i64) -> Timestamp {
    NOW.plus(day * DAY + 10 * HOUR)
}

pub fn sitting(day: i64, capacity: u32) -> NewOccurrence {
    NewOccurrence {
        starts_at: at_day(day),
        ends_at: at_day(day).plus(2 * HOUR),
        room: "多功能室".into(),
        terms: TermsEdit {
            capacity: Some(capacity),
            ..TermsEdit::default()
        },
    }
}

pub fn activity(dates: Dates) -> NewActivity {
    NewActivity {
        center: here(),
        texts: Texts {
            title: " 太极拳  入门 ".into(),
            summary: "每周一次".into(),
            kind: Kind::Group,
            field: "elder".into(),
            menu_item_id: None,
        },
        enrolment: Enrolment::Single,
        dates,
        publish: true,
    }
}

pub async fn created(test: &TestDb, new: NewActivity) -> Created {
    activities::create(&test.db, &social_worker(), new)
        .await
        .unwrap()
}

/// A published activity on these days, and accounts 1 to 9.
pub async fn cast(test: &TestDb, days: &[i64], capacity: u32) -> Created {
    center(test, &[], "single").await;
    accounts(test, 1, 10).await;
    let list = days.iter().map(|d| sitting(*d, capacity)).collect();
    created(test, activity(Dates::List(list))).await
}

pub fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    result.unwrap_err().refusal().unwrap().clone()
}

pub async fn book(db: &Db, n: u128, occurrence: &OccurrenceId) -> Result<BookingView, Refusal> {
    let mut request = request(n, 0);
    request.occurrence = occurrence.clone();
    let booked = bookings::book(db, &resident(n), request).await;
    decided(booked)?.people.remove(0).1
}

pub async fn booking(db: &Db, n: u128, view: &BookingView) -> BookingView {
    bookings::find(db, &resident(n).caller, &view.id)
        .await
        .unwrap()
}

pub async fn edit(
    test: &TestDb,
    id: &OccurrenceId,
    scope: EditScope,
    change: OccurrenceEdit,
) -> store::Result<occurrences::Edited> {
    occurrences::edit(&test.db, &social_worker(), id, scope, change, None).await
}

pub fn capacity(n: u32) -> OccurrenceEdit {
    OccurrenceEdit {
        terms: TermsEdit {
            capacity: Some(n),
            ..TermsEdit::default()
        },
        ..OccurrenceEdit::default()
    }
}

pub async fn messages(test: &TestDb, kind: &str) -> Vec<Notice> {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<(String,)> = tx
        .sql("SELECT data FROM message WHERE kind = $1 ORDER BY id")
        .bind(kind)
        .all()
        .await
        .unwrap();
    rows.iter()
        .map(|(data,)| serde_json::from_str(data).unwrap())
        .collect()
}

pub async fn starts(db: &Db, act: &Act, id: &ActivityId) -> Vec<(OccurrenceId, Timestamp)> {
    let detail = activities::find(db, &act.caller, id, NOW).await.unwrap();
    detail
        .occurrences
        .into_iter()
        .map(|o| (o.id, o.starts_at))
        .collect()
}

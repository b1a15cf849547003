//! Who books what: residents and occurrences, the same in every run.

use crate::base::Base;
use anyhow::Result;
use data_encoding::HEXLOWER;
use domain::{
    access::{Caller, Role, Scope},
    id::{AccountId, OccurrenceId},
    person::Phone,
    time::{DAY, HOUR, Timestamp},
};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use store::{Act, Db, Ids, tokens};
use uuid::Uuid;

/// How many residents there are.
pub(crate) const PEOPLE: usize = 2000;
/// How many occurrences the spread bookings go to.
pub(crate) const SPREAD: usize = 400;
/// Places in each of them: exactly enough for everybody to make [`EACH`] bookings.
const SPREAD_PLACES: usize = PEOPLE * EACH / SPREAD;
/// Most bookings per resident.
const EACH: usize = 12;
/// Hot occurrences: everybody wants the same one, one after another.
pub(crate) const HOT: usize = 24;
/// Places in each of those.
pub(crate) const HOT_PLACES: usize = 200;
/// How many spread attempts there are.
pub(crate) const SPREAD_ATTEMPTS: usize = PEOPLE * EACH;
/// Waitlist of the last hot occurrence, which is kept for the rush.
pub(crate) const RUSH_WAITLIST: usize = 100;

/// The time of every booking made without a server: 2027-01-01 in Shanghai.
pub(crate) const NOW: Timestamp = Timestamp(1_798_732_800_000);

pub(crate) const CENTER: &str = "SZ990000000-01";

pub(crate) fn account(n: usize) -> AccountId {
    Uuid::from_u128(0x1000_0000 + n as u128).into()
}

/// The holder of an account.
pub(crate) fn person(n: usize) -> Uuid {
    Uuid::from_u128(0x4000_0000 + n as u128)
}

/// Occurrences `0..SPREAD` are for spread bookings, the rest are hot.
pub(crate) fn occurrence(n: usize) -> OccurrenceId {
    Uuid::from_u128(0x2000_0000 + n as u128).into()
}

/// The hot occurrence of a round; the last is kept for the rush.
pub(crate) fn hot(round: usize) -> OccurrenceId {
    occurrence(SPREAD + round)
}

/// Who tries what in the `k`th spread attempt: nobody tries the same thing twice.
pub(crate) fn spread(k: usize) -> (usize, usize) {
    let person = k % PEOPLE;
    (person, (person + k / PEOPLE * (PEOPLE + 1)) % SPREAD)
}

/// Writes a center, its occurrences and the residents into a migrated database.
pub(crate) async fn settle(base: &Base) -> Result<()> {
    let mut sql = format!(
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) VALUES ('{CENTER}', '测速中心', '990000', '测速区',
         '990000000', '测速街道', '测速社区', 'nbs2023', 'open');
         INSERT INTO service_field (code, name_zh, name_en, sort)
         VALUES ('bench', '测速', 'Load', 99);"
    );
    for n in 0..SPREAD + HOT {
        let activity = Uuid::from_u128(0x3000_0000 + n as u128);
        let start = NOW.plus(30 * DAY + n as i64 * 3 * HOUR).0;
        let places = if n < SPREAD {
            SPREAD_PLACES
        } else {
            HOT_PLACES
        };
        let line = if n + 1 == SPREAD + HOT {
            RUSH_WAITLIST
        } else {
            0
        };
        write!(
            sql,
            "INSERT INTO activity (id, center_id, title, kind, field, enrolment, status, created_at)
             VALUES ('{activity}', '{CENTER}', '测速活动{n}', 'group', 'bench', 'single', 'published', 0);
             INSERT INTO occurrence (id, activity_id, center_id, starts_at, ends_at, allocation, unit,
             capacity, waitlist_capacity, booking_opens_at, booking_closes_at, cancel_until, status)
             VALUES ('{}', '{activity}', '{CENTER}', {start}, {}, 'first_come', 'people',
             {places}, {line}, 0, {start}, {start}, 'published');",
            occurrence(n),
            start + 2 * HOUR
        )?;
    }
    for n in 0..PEOPLE {
        let (account, person) = (account(n), person(n));
        write!(
            sql,
            "INSERT INTO account (id, phone, created_at) VALUES ('{account}', '{}', 0);
             INSERT INTO person (id, account_id, relation, name, birth_year, created_at)
             VALUES ('{person}', '{account}', 'self', '居民{n}', 1958, 0);",
            phone(n)
        )?;
    }
    base.run(format!("BEGIN; {sql} COMMIT;")).await
}

fn phone(n: usize) -> String {
    format!("199{n:08}")
}

/// The token that a resident's program sends.
pub(crate) fn secret(n: usize) -> String {
    format!("{}load-measurement-{n:08}", tokens::PREFIX)
}

/// Makes a token for each resident. Guessable, so for throwaway databases only.
pub(crate) async fn hand_out_tokens(db: &Db) -> Result<()> {
    let act = Act::new(Caller::system(), NOW, Ids::repeatable(7));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..PEOPLE {
        let (db, act) = (db.clone(), act.clone());
        tasks.spawn(async move {
            let new = tokens::NewToken {
                label: "load".to_owned(),
                role: Role::Resident,
                scope: Scope::City,
                account: Some(Phone::parse(&phone(n))?),
                volunteers: false,
                staff: None,
            };
            tokens::create(&db, &act, new, &secret(n)).await
        });
    }
    for made in tasks.join_all().await {
        made?;
    }
    Ok(())
}

/// Signs a resident in and returns the browser's cookie.
pub(crate) async fn sign_in(base: &Base, n: usize) -> Result<String> {
    let secret = format!("load-measurement-session-{n:08}");
    let hash = HEXLOWER.encode(&Sha256::digest(&secret));
    let id = Uuid::from_u128(0x5000_0000 + n as u128);
    base.run(format!(
        "INSERT INTO login (id, secret_hash, kind, account_id, created_at, last_seen_at, expires_at)
         VALUES ('{id}', '{hash}', 'resident', '{}', {now}, {now}, {})",
        account(n),
        NOW.plus(365 * DAY).0,
        now = NOW.0
    ))
    .await?;
    Ok(secret)
}

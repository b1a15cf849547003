//! People and activities.

use super::{FIRST_PHONE, Size, rows::Rows};
use crate::{
    Act, Result, Tx,
    activities::columns as text_columns,
    columns::Cell,
    known,
    occurrences::columns,
    seed::{Dice, broken},
};
use chrono::Datelike;
use domain::{
    id::{AccountId, ActivityId, MenuItemId, OccurrenceId, PersonId, RoomId},
    person::{AgeRange, BirthYear, PersonName},
    place::CommunityKey,
    terms::Terms,
    texts::Texts,
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use gazetteer::{
    data::{self, CenterRow},
    title_keys,
};
use std::{collections::HashMap, sync::Arc};

/// Somebody who can book.
pub(super) struct Somebody {
    pub(super) account: AccountId,
    pub(super) person: PersonId,
    pub(super) birth_year: BirthYear,
}

/// What can be booked, and what is over.
pub(super) struct Sittings {
    pub(super) coming: Vec<Slot>,
    pub(super) over: Vec<Slot>,
}

/// An occurrence that people book.
pub(super) struct Slot {
    pub(super) id: OccurrenceId,
    pub(super) center: Arc<str>,
    pub(super) span: Span,
    pub(super) ages: AgeRange,
    pub(super) capacity: u32,
    pub(super) waitlist_capacity: u32,
    pub(super) cancel_until: Timestamp,
}

const SURNAMES: &str = "陈李张黄刘林吴周郑何梁谢罗邓曾彭苏卢蔡王杨赵";
const GIVEN: &str = "伟芳娜敏静强磊洋艳勇杰娟涛明超霞平刚桂英华玲建国志文秀兰丽欣怡子涵";

fn one_of(text: &'static str, dice: &mut Dice) -> char {
    let count = text.chars().count();
    text.chars().nth(dice.below(count)).unwrap_or('陈')
}

fn name(dice: &mut Dice) -> String {
    let mut name = String::from(one_of(SURNAMES, dice));
    name.push(one_of(GIVEN, dice));
    if dice.below(3) > 0 {
        name.push(one_of(GIVEN, dice));
    }
    name
}

/// Whom a holder of that birth year may have in the family.
fn relative(holder: i64, year: i64, dice: &mut Dice) -> (&'static str, i64) {
    let (relation, born) = match dice.below(4) {
        0 => ("spouse", holder + 3),
        1 if holder > 1960 => ("parent", holder - 27),
        2 if holder < 1966 => ("grandchild", holder + 55),
        _ => ("child", holder + 29),
    };
    (relation, born.clamp(1930, year - 2))
}

/// Accounts with a holder each, and a family for two in three.
pub(super) async fn people(
    tx: &mut Tx,
    act: &Act,
    centers: &[CenterRow],
    size: Size,
    dice: &mut Dice,
) -> Result<Vec<Somebody>> {
    let year = i64::from(act.now.day().year());
    let joined = act.now.plus(-(60 + i64::from(size.past_days)) * DAY);
    let mut accounts = Rows::into("account (id, phone, locale, center_id, demo, created_at)");
    let mut rows = Rows::into(
        "person (id, account_id, relation, name, birth_year, community, consent_version, consent_at, created_at, search)",
    );
    let mut people = Vec::new();
    for n in 0..u64::from(size.accounts) {
        let account: AccountId = act.ids.make(joined);
        let home = &centers[dice.below(centers.len())];
        accounts.push([
            account.as_str().into(),
            format!("{}", FIRST_PHONE + n).into(),
            "zh-CN".into(),
            home.id.as_str().into(),
            true.into(),
            joined.0.into(),
        ]);
        let community = CommunityKey::new(&home.subdistrict_code, &home.community);
        let born = 1940 + i64::try_from(dice.below(66)).unwrap_or(0);
        let family = [0, 1, 2][dice.below(3)];
        let members = std::iter::once(("self", born))
            .chain((0..family).map(|_| relative(born, year, dice)))
            .collect::<Vec<_>>();
        for (relation, born) in members {
            let person: PersonId = act.ids.make(joined);
            let young = year - born <= 15;
            let name = name(dice);
            let search = known::keys(&PersonName::parse(&name)?);
            rows.push([
                person.as_str().into(),
                account.as_str().into(),
                relation.into(),
                name.into(),
                born.into(),
                community.as_str().into(),
                young.then(|| "demo".to_owned()).into(),
                young.then_some(joined.0).into(),
                joined.0.into(),
                search.into(),
            ]);
            people.push(Somebody {
                account: account.clone(),
                person,
                birth_year: BirthYear::new(born, act.now)?,
            });
        }
        if accounts.is_full() || rows.is_full() {
            accounts.flush(tx).await?;
            rows.flush(tx).await?;
        }
    }
    accounts.flush(tx).await?;
    rows.flush(tx).await?;
    Ok(people)
}

/// Activities by the built-in patterns, each on one to four days of the coming four weeks, or of four weeks
/// before.
pub(super) async fn activities(
    tx: &mut Tx,
    act: &Act,
    centers: &[CenterRow],
    size: Size,
    dice: &mut Dice,
) -> Result<Sittings> {
    let patterns = data::activities().map_err(broken)?;
    let items: Vec<(String, MenuItemId)> = tx
        .sql("SELECT code, id FROM menu_item WHERE center_id IS NULL AND code IS NOT NULL")
        .all()
        .await?;
    let items: HashMap<String, MenuItemId> = items.into_iter().collect();
    let mut activities = Rows::into(format!(
        "activity (id, center_id, enrolment, status, demo, created_at, search, {})",
        text_columns::NAMES.join(", ")
    ));
    let mut rows = Rows::into(format!(
        "occurrence (id, activity_id, center_id, starts_at, ends_at, room_id, status, {})",
        columns::NAMES.join(", ")
    ));
    let mut rooms = Rooms::default();
    let tomorrow = Timestamp::start_of(act.now.day()).plus(DAY);
    let past = i64::from(size.past_days) * DAY;
    let mut sittings = Sittings {
        coming: Vec::new(),
        over: Vec::new(),
    };
    let codes: Vec<Arc<str>> = centers
        .iter()
        .map(|center| center.id.as_str().into())
        .collect();
    for _ in 0..size.activities {
        let pattern = &patterns[dice.below(patterns.len())];
        let nth = dice.below(centers.len());
        let center = &centers[nth];
        // The last of four weeks is over then, too.
        let back = (past > 0 && dice.below(2) == 0).then(|| {
            let weeks = usize::try_from(past / DAY - 34).unwrap_or(1);
            past - i64::try_from(dice.below(weeks)).unwrap_or(0) * DAY
        });
        let made = act.now.plus(-8 * DAY - back.map_or(0, |_| past));
        let text = &pattern.texts.zh_cn;
        let activity: ActivityId = act.ids.make(made);
        let texts = Texts {
            title: text.title.clone(),
            summary: text.summary.clone(),
            kind: pattern.kind.as_str().parse()?,
            field: pattern.field.clone(),
            menu_item_id: items.get(&pattern.item).cloned(),
        };
        let row = [
            activity.as_str().into(),
            center.id.as_str().into(),
            "single".into(),
            "published".into(),
            true.into(),
            made.0.into(),
            title_keys(&texts.title).into(),
        ];
        activities.push(row.into_iter().chain(text_columns::cells(&texts)));
        let days = i64::try_from(1 + dice.below(4)).unwrap_or(1);
        let first = i64::try_from(dice.below(7)).unwrap_or(0);
        let hour = 8 + i64::try_from(dice.below(12)).unwrap_or(0);
        for week in 0..days {
            let start = tomorrow.plus((first + week * 7) * DAY + hour * HOUR - back.unwrap_or(0));
            let end = start.plus(i64::from(pattern.duration_minutes) * MINUTE);
            let sitting = Slot {
                id: act.ids.make(made),
                center: Arc::clone(&codes[nth]),
                span: Span::new(start, end)?,
                ages: AgeRange::new(pattern.min_age, pattern.max_age)?,
                capacity: pattern.capacity.max(8),
                waitlist_capacity: pattern.waitlist_capacity,
                cancel_until: start.plus(-2 * HOUR),
            };
            let terms = Terms {
                capacity: sitting.capacity,
                waitlist_capacity: sitting.waitlist_capacity,
                min_age: pattern.min_age,
                max_age: pattern.max_age,
                booking_opens_at: made,
                cancel_until: sitting.cancel_until,
                ..Terms::defaults(sitting.span, made)
            };
            let room = rooms.take(act, made, &center.id, &text.room, sitting.span);
            let row = [
                sitting.id.as_str().into(),
                activity.as_str().into(),
                center.id.as_str().into(),
                start.0.into(),
                end.0.into(),
                room.map(|id| id.to_string()).into(),
                "published".into(),
            ];
            rows.push(row.into_iter().chain(columns::cells(&terms)));
            match back {
                Some(_) => sittings.over.push(sitting),
                None => sittings.coming.push(sitting),
            }
        }
        if activities.is_full() || rows.is_full() {
            rooms.new.flush(tx).await?;
            activities.flush(tx).await?;
            rows.flush(tx).await?;
        }
    }
    rooms.new.flush(tx).await?;
    activities.flush(tx).await?;
    rows.flush(tx).await?;
    Ok(sittings)
}

/// The rooms of the city, each with the times at which something has it.
struct Rooms {
    new: Rows,
    known: HashMap<(String, String), (RoomId, Vec<Span>)>,
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            new: Rows::into("room (id, center_id, name)"),
            known: HashMap::new(),
        }
    }
}

impl Rooms {
    /// The center's room of that name for that time; none where something else has it.
    fn take(
        &mut self,
        act: &Act,
        made: Timestamp,
        center: &str,
        name: &str,
        span: Span,
    ) -> Option<RoomId> {
        let key = (center.to_owned(), name.to_owned());
        let (id, taken) = self.known.entry(key).or_insert_with(|| {
            let id: RoomId = act.ids.make(made);
            let row: [Cell; 3] = [id.as_str().into(), center.into(), name.into()];
            self.new.push(row);
            (id, Vec::new())
        });
        if taken.iter().any(|other| other.overlaps(span)) {
            return None;
        }
        taken.push(span);
        Some(id.clone())
    }
}

//! The city's template: what every center offers unless it says otherwise. Whoever edits it sees how many
//! centers have put their own words in its place; those see what has changed (`beyond.md` 18).

use super::{
    apply::checked,
    edit::NewItem,
    read::{Field, fields_in},
};
use crate::{
    Act, Change, Db, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
};
use domain::{
    Refusal,
    access::{Action, Caller},
    audit::Verb,
    id::MenuItemId,
    menu::{ItemHow, ItemTexts, Locked},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// An item of the template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateItem {
    /// Its id.
    pub id: MenuItemId,
    /// Code of its field.
    pub field: String,
    /// How it is had.
    pub how: ItemHow,
    /// Least age in years, if any.
    pub min_age: Option<i64>,
    /// Greatest age in years, if any.
    pub max_age: Option<i64>,
    /// The Chinese texts.
    pub texts_zh: ItemTexts,
    /// The English texts, if there are some.
    pub texts_en: Option<ItemTexts>,
    /// What no center says in its own words.
    pub locked: Locked,
    /// Whether it is offered at all.
    pub is_on: bool,
    /// How many centers say something of it in their own words.
    pub reworded: i64,
    /// How many centers have taken it off their menu.
    pub hidden: i64,
    /// Rises with every change of the city's.
    pub revision: i64,
}

/// The template's items of a field, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateField {
    /// The field.
    pub field: Field,
    /// Its items; those that are not offered too.
    pub items: Vec<TemplateItem>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: MenuItemId,
    field: String,
    how: ItemHow,
    min_age: Option<i64>,
    max_age: Option<i64>,
    texts_zh: String,
    texts_en: Option<String>,
    locked: String,
    status: String,
    reworded: i64,
    hidden: i64,
    revision: i64,
}

const ITEM: &str = "SELECT i.id, i.field, i.how, i.min_age, i.max_age, i.texts_zh, i.texts_en,
        i.locked, i.status, i.revision,
        (SELECT COUNT(*) FROM menu_override v WHERE v.item_id = i.id
            AND (v.texts_zh <> '{}' OR v.texts_en <> '{}')) AS reworded,
        (SELECT COUNT(*) FROM menu_override v WHERE v.item_id = i.id AND v.hidden) AS hidden
    FROM menu_item i WHERE i.center_id IS NULL";

fn read(row: Row) -> Result<TemplateItem> {
    let texts_en = row.texts_en.as_deref().map(serde_json::from_str);
    Ok(TemplateItem {
        id: row.id,
        field: row.field,
        how: row.how,
        min_age: row.min_age,
        max_age: row.max_age,
        texts_zh: serde_json::from_str(&row.texts_zh)?,
        texts_en: texts_en.transpose()?,
        locked: serde_json::from_str(&row.locked)?,
        is_on: row.status == "on",
        reworded: row.reworded,
        hidden: row.hidden,
        revision: row.revision,
    })
}

/// The whole template, for who edits it.
///
/// # Errors
/// [`Refusal::Forbidden`] for others.
pub async fn template_of_city(db: &Db, caller: &Caller) -> Result<Vec<TemplateField>> {
    caller.may_in_city(Action::ManageMenu)?;
    let mut tx = db.read().await?;
    let fields = fields_in(&mut tx).await?;
    let rows: Vec<Row> = tx
        .sql_built(format!("{ITEM} ORDER BY i.sort, i.id"))
        .all()
        .await?;
    let items: Result<Vec<TemplateItem>> = rows.into_iter().map(read).collect();
    let mut items = items?;
    let groups = fields.into_iter().map(|field| {
        let (own, others) = items.drain(..).partition(|item| item.field == field.code);
        items = others;
        TemplateField { field, items: own }
    });
    Ok(groups.collect())
}

/// One item of the template.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn template_item(db: &Db, caller: &Caller, id: &MenuItemId) -> Result<TemplateItem> {
    caller.may_in_city(Action::ManageMenu)?;
    let mut tx = db.read().await?;
    item_in(&mut tx, id).await
}

async fn item_in(tx: &mut Tx, id: &MenuItemId) -> Result<TemplateItem> {
    let row: Option<Row> = tx
        .sql_built(format!("{ITEM} AND i.id = $1"))
        .bind(id)
        .optional()
        .await?;
    read(row.ok_or(Refusal::NotFound)?)
}

/// What is to become of an item of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateEdit {
    /// What it says, and whom it is for.
    pub item: NewItem,
    /// What no center says in its own words.
    pub locked: Locked,
    /// Whether it is offered at all.
    pub is_on: bool,
}

/// Adds an item to the template: it is on every center's menu at once.
///
/// # Errors
/// [`Refusal::Invalid`] for a field or texts that do not fit, [`Refusal::Forbidden`].
pub async fn add_template(db: &Db, act: &Act, to: TemplateEdit) -> Result<TemplateItem> {
    write(db, act, Edit::Add(Box::new(to))).await
}

/// Changes an item of the template. It reaches every center in the fields that the center left alone; where
/// a center has its own words, it is shown what has changed.
///
/// # Errors
/// As [`add_template`]; [`Refusal::NotFound`], [`Refusal::Stale`] (C-69).
pub async fn edit_template(
    db: &Db,
    act: &Act,
    item: &MenuItemId,
    to: TemplateEdit,
    revision: Option<i64>,
) -> Result<TemplateItem> {
    let edit = Edit::Change {
        item: item.clone(),
        to: Box::new(to),
        revision,
    };
    write(db, act, edit).await
}

/// Moves an item of the template before the one above it in its field, or after the one below.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn move_template(db: &Db, act: &Act, item: &MenuItemId, up: bool) -> Result<()> {
    let edit = Edit::Move {
        item: item.clone(),
        up,
    };
    write(db, act, edit).await.map(drop)
}

enum Edit {
    Add(Box<TemplateEdit>),
    Change {
        item: MenuItemId,
        to: Box<TemplateEdit>,
        revision: Option<i64>,
    },
    Move {
        item: MenuItemId,
        up: bool,
    },
}

async fn write(db: &Db, act: &Act, edit: Edit) -> Result<TemplateItem> {
    db.write(act, Locks::none(), Write { edit }).await
}

struct Write {
    edit: Edit,
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = TemplateItem;
    fn replay() -> Replay<TemplateItem> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<TemplateItem> {
        act.caller.may_in_city(Action::ManageMenu)?;
        let id = match &self.edit {
            Edit::Add(to) => add(tx, act, to).await?,
            Edit::Change { item, to, revision } => {
                change(tx, act, item, to, *revision).await?;
                item.clone()
            }
            Edit::Move { item, up } => {
                shift(tx, item, *up).await?;
                item.clone()
            }
        };
        tx.changed(Change::Anything);
        item_in(tx, &id).await
    }
}

const fn status(is_on: bool) -> &'static str {
    match is_on {
        true => "on",
        false => "off",
    }
}

async fn add(tx: &mut Tx, act: &Act, to: &TemplateEdit) -> Result<MenuItemId> {
    let (zh, en) = checked(tx, &to.item).await?;
    let id: MenuItemId = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO menu_item (id, field, how, min_age, max_age, texts_zh, texts_en, locked, sort,
             status, edited_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, COALESCE(MAX(sort), 0) + 1, $9, $10
         FROM menu_item WHERE center_id IS NULL",
    )
    .bind(&id)
    .bind(&to.item.field)
    .bind(to.item.how)
    .bind(to.item.ages.min.map(i64::from))
    .bind(to.item.ages.max.map(i64::from))
    .bind(zh)
    .bind(en)
    .bind(serde_json::to_string(&to.locked)?)
    .bind(status(to.is_on))
    .bind(act.now)
    .run()
    .await?;
    record(tx, act, &id, Verb::MenuTemplateAdd, json!({})).await?;
    Ok(id)
}

async fn change(
    tx: &mut Tx,
    act: &Act,
    item: &MenuItemId,
    to: &TemplateEdit,
    revision: Option<i64>,
) -> Result<()> {
    let before = item_in(tx, item).await?;
    if revision.is_some_and(|revision| revision != before.revision) {
        return Err(Refusal::Stale.into());
    }
    let (zh, en) = checked(tx, &to.item).await?;
    let changed = tx
        .sql(
            "UPDATE menu_item SET field = $1, how = $2, min_age = $3, max_age = $4, texts_zh = $5,
                 texts_en = $6, locked = $7, status = $8, edited_at = $9, revision = revision + 1
             WHERE id = $10 AND center_id IS NULL AND revision = $11",
        )
        .bind(&to.item.field)
        .bind(to.item.how)
        .bind(to.item.ages.min.map(i64::from))
        .bind(to.item.ages.max.map(i64::from))
        .bind(zh)
        .bind(en)
        .bind(serde_json::to_string(&to.locked)?)
        .bind(status(to.is_on))
        .bind(act.now)
        .bind(item)
        .bind(before.revision)
        .run()
        .await?;
    if changed == 0 {
        return Err(Refusal::Stale.into());
    }
    let after = item_in(tx, item).await?;
    let detail = json!({
        "before": { "zh": before.texts_zh, "en": before.texts_en, "locked": before.locked, "on": before.is_on },
        "after": { "zh": after.texts_zh, "en": after.texts_en, "locked": after.locked, "on": after.is_on },
    });
    record(tx, act, item, Verb::MenuTemplateEdit, detail).await
}

/// Numbers the items of the field anew, with this one a place further up or down. The first goes no further.
async fn shift(tx: &mut Tx, item: &MenuItemId, up: bool) -> Result<()> {
    let here = item_in(tx, item).await?;
    let rows: Vec<(MenuItemId,)> = tx
        .sql("SELECT id FROM menu_item WHERE center_id IS NULL AND field = $1 ORDER BY sort, id")
        .bind(&here.field)
        .all()
        .await?;
    let mut ids: Vec<MenuItemId> = rows.into_iter().map(|(id,)| id).collect();
    super::moved(&mut ids, item, up);
    for (n, id) in (1_i64..).zip(&ids) {
        tx.sql("UPDATE menu_item SET sort = $1 WHERE id = $2 AND sort <> $1")
            .bind(n)
            .bind(id)
            .run()
            .await?;
    }
    Ok(())
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    item: &MenuItemId,
    action: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("menu_item", item.as_str()),
        center: None,
        detail,
    };
    audit::record(tx, act, entry).await
}

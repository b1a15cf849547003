//! How an edit of the menu becomes rows, inside its transaction.

use super::{
    edit::NewItem,
    read::{Item, item_in, items_in},
};
use crate::{
    Act, Result, Tx,
    audit::{self, Entry},
};
use domain::{
    Reason, Refusal,
    audit::Verb,
    id::{CenterId, MenuItemId},
    menu::{ItemTexts, Overrides, admit},
    person::AgeRange,
};
use serde_json::json;

async fn record(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    action: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("menu_item", item.as_str()),
        center: Some(center),
        detail,
    };
    audit::record(tx, act, entry).await
}

fn admit_revision(now: i64, expected: Option<i64>) -> Result<()> {
    if expected.is_none_or(|e| e == now) {
        Ok(())
    } else {
        Err(Refusal::Stale.into())
    }
}

/// The item where it is the template's.
async fn of_template(
    tx: &mut Tx,
    center: &CenterId,
    item: &MenuItemId,
    revision: Option<i64>,
) -> Result<Item> {
    let found = item_in(tx, center, item).await?;
    if found.own {
        return Err(Refusal::NotFound.into());
    }
    admit_revision(found.revision, revision)?;
    Ok(found)
}

/// The item where it is the center's own.
async fn of_center(
    tx: &mut Tx,
    center: &CenterId,
    item: &MenuItemId,
    revision: Option<i64>,
) -> Result<Item> {
    let found = item_in(tx, center, item).await?;
    if !found.own {
        return Err(Refusal::NotFound.into());
    }
    admit_revision(found.revision, revision)?;
    Ok(found)
}

/// Writes a center's changes to an item of the template, unless somebody else has in the meantime.
async fn save_override(
    tx: &mut Tx,
    before: &Item,
    hidden: bool,
    zh: &Overrides,
    en: &Overrides,
) -> Result<()> {
    let saved = tx
        .sql(
            "INSERT INTO menu_override (center_id, item_id, hidden, texts_zh, texts_en, revision)
             VALUES ($1, $2, $3, $4, $5, 1)
             ON CONFLICT (center_id, item_id) DO UPDATE SET hidden = $3, texts_zh = $4,
                 texts_en = $5, revision = menu_override.revision + 1
             WHERE menu_override.revision = $6",
        )
        .bind(&before.center_id)
        .bind(&before.id)
        .bind(hidden)
        .bind(serde_json::to_string(zh)?)
        .bind(serde_json::to_string(en)?)
        .bind(before.revision)
        .run()
        .await?;
    if saved == 1 {
        Ok(())
    } else {
        Err(Refusal::Stale.into())
    }
}

pub(super) async fn hide(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    hidden: bool,
    revision: Option<i64>,
) -> Result<Item> {
    let before = of_template(tx, center, item, revision).await?;
    if before.hidden == hidden {
        return Ok(before);
    }
    save_override(
        tx,
        &before,
        hidden,
        &before.overrides_zh,
        &before.overrides_en,
    )
    .await?;
    let action = if hidden {
        Verb::MenuHide
    } else {
        Verb::MenuShow
    };
    record(tx, act, center, item, action, json!({})).await?;
    item_in(tx, center, item).await
}

pub(super) async fn say(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    (zh, en): (&Overrides, &Overrides),
    revision: Option<i64>,
) -> Result<Item> {
    let before = of_template(tx, center, item, revision).await?;
    let own_locked = before.locked.clone();
    let (texts_zh, texts_en): (String, Option<String>) = tx
        .sql("SELECT texts_zh, texts_en FROM menu_item WHERE id = $1")
        .bind(item)
        .one()
        .await?;
    let template_zh: ItemTexts = serde_json::from_str(&texts_zh)?;
    let template_en: ItemTexts = match &texts_en {
        Some(texts) => serde_json::from_str(texts)?,
        None => ItemTexts::default(),
    };
    let admitted =
        |to: &Overrides, template, before| admit(before, &to.normalised(template), &own_locked);
    let zh = admitted(zh, &template_zh, &before.overrides_zh)?;
    let en = admitted(en, &template_en, &before.overrides_en)?;
    zh.check()?;
    en.check()?;
    let is_forked = !(before.forks_zh.is_empty() && before.forks_en.is_empty());
    if !is_forked && (&zh, &en) == (&before.overrides_zh, &before.overrides_en) {
        return Ok(before);
    }
    save_override(tx, &before, before.hidden, &zh, &en).await?;
    // Whoever saves has the template before them.
    tx.sql(
        "UPDATE menu_override SET base_zh = $1, base_en = $2 WHERE center_id = $3 AND item_id = $4",
    )
    .bind(&texts_zh)
    .bind(serde_json::to_string(&template_en)?)
    .bind(center)
    .bind(item)
    .run()
    .await?;
    let detail = json!({ "zh": zh, "en": en });
    record(tx, act, center, item, Verb::MenuOverride, detail).await?;
    item_in(tx, center, item).await
}

/// What is to be stored of an item, checked.
pub(super) async fn checked(tx: &mut Tx, new: &NewItem) -> Result<(String, Option<String>)> {
    let known: Option<(String,)> = tx
        .sql("SELECT code FROM service_field WHERE code = $1")
        .bind(&new.field)
        .optional()
        .await?;
    known.ok_or_else(|| Refusal::invalid("field", Reason::UnknownValue))?;
    AgeRange::new(new.ages.min, new.ages.max)?;
    let zh = new.texts_zh.tidied();
    zh.check()?;
    let en = new
        .texts_en
        .as_ref()
        .map(ItemTexts::tidied)
        .filter(|en| !en.name.is_empty());
    if let Some(en) = &en {
        en.check()?;
    }
    let en = en.as_ref().map(serde_json::to_string).transpose()?;
    Ok((serde_json::to_string(&zh)?, en))
}

pub(super) async fn add(tx: &mut Tx, act: &Act, center: &CenterId, new: &NewItem) -> Result<Item> {
    let (zh, en) = checked(tx, new).await?;
    let id: MenuItemId = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO menu_item (id, center_id, field, how, min_age, max_age, texts_zh, texts_en,
         sort, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1000, 'on')",
    )
    .bind(&id)
    .bind(center)
    .bind(&new.field)
    .bind(new.how)
    .bind(new.ages.min.map(i64::from))
    .bind(new.ages.max.map(i64::from))
    .bind(zh)
    .bind(en)
    .run()
    .await?;
    record(tx, act, center, &id, Verb::MenuAdd, json!({})).await?;
    item_in(tx, center, &id).await
}

pub(super) async fn change(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    to: &NewItem,
    revision: Option<i64>,
) -> Result<Item> {
    let before = of_center(tx, center, item, revision).await?;
    let (zh, en) = checked(tx, to).await?;
    let changed = tx
        .sql(
            "UPDATE menu_item SET field = $1, how = $2, min_age = $3, max_age = $4, texts_zh = $5,
             texts_en = $6, revision = revision + 1 WHERE id = $7 AND revision = $8",
        )
        .bind(&to.field)
        .bind(to.how)
        .bind(to.ages.min.map(i64::from))
        .bind(to.ages.max.map(i64::from))
        .bind(zh)
        .bind(en)
        .bind(item)
        .bind(before.revision)
        .run()
        .await?;
    if changed == 0 {
        return Err(Refusal::Stale.into());
    }
    record(tx, act, center, item, Verb::MenuEdit, json!({})).await?;
    item_in(tx, center, item).await
}

pub(super) async fn remove(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    revision: Option<i64>,
) -> Result<Item> {
    let before = of_center(tx, center, item, revision).await?;
    let removed = tx
        .sql(
            "DELETE FROM menu_item WHERE id = $1 AND revision = $2
             AND NOT EXISTS (SELECT 1 FROM activity WHERE menu_item_id = $1)",
        )
        .bind(item)
        .bind(before.revision)
        .run()
        .await?;
    if removed == 0 {
        return Err(Refusal::invalid("item", Reason::InUse).into());
    }
    let detail = json!({ "name": before.texts_zh.name });
    record(tx, act, center, item, Verb::MenuRemove, detail).await?;
    Ok(before)
}

/// Puts an item of the center's menu a place further up or down in its field, for this center alone.
pub(super) async fn place(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    up: bool,
) -> Result<Item> {
    let here = item_in(tx, center, item).await?;
    let menu = items_in(tx, center).await?;
    let of_field = menu.iter().filter(|other| other.field == here.field);
    let mut ids: Vec<MenuItemId> = of_field.map(|item| item.id.clone()).collect();
    super::moved(&mut ids, item, up);
    for (n, id) in (1_i64..).zip(&ids) {
        tx.sql("UPDATE menu_item SET sort = $1 WHERE id = $2 AND center_id = $3")
            .bind(n)
            .bind(id)
            .bind(center)
            .run()
            .await?;
        tx.sql(
            "INSERT INTO menu_override (center_id, item_id, sort)
             SELECT $1, id, $2 FROM menu_item WHERE id = $3 AND center_id IS NULL
             ON CONFLICT (center_id, item_id) DO UPDATE SET sort = $2",
        )
        .bind(center)
        .bind(n)
        .bind(id)
        .run()
        .await?;
    }
    record(tx, act, center, item, Verb::MenuOrder, json!({ "up": up })).await?;
    item_in(tx, center, item).await
}

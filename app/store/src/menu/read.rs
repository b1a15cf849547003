//! Reading the menu as residents and staff see it.

use crate::{Db, Result, Tx, centers};
use domain::{
    Refusal,
    access::{Action, Caller},
    id::{CenterId, MenuItemId},
    menu::{Fork, ItemHow, ItemTexts, Locked, Overrides, effective, forks},
};
use serde::{Deserialize, Serialize};

/// A field of the service menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Field {
    /// Stable lower-case key.
    pub code: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// One character that stands for it.
    pub icon: String,
    /// Whether a booking in it says something about health, hardship or a specific identity.
    pub sensitive: bool,
    /// Place in lists, ascending.
    pub sort: i64,
}

/// An item of a center's menu, with the texts that residents read there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: MenuItemId,
    /// Whose menu this is.
    pub center_id: CenterId,
    /// Whether it is the center's own, not the template's.
    pub own: bool,
    /// Its key in the template, if it has one.
    pub code: Option<String>,
    /// Code of its field.
    pub field: String,
    /// How it is had.
    pub how: ItemHow,
    /// Least age in years, if any.
    pub min_age: Option<i64>,
    /// Greatest age in years, if any.
    pub max_age: Option<i64>,
    /// Whether it is sensitive, in itself or by its field.
    pub sensitive: bool,
    /// The Chinese texts in effect.
    pub texts_zh: ItemTexts,
    /// The English texts in effect, if there are some.
    pub texts_en: Option<ItemTexts>,
    /// What the center says in place of the template's Chinese texts.
    pub overrides_zh: Overrides,
    /// What the center says in place of the template's English texts.
    pub overrides_en: Overrides,
    /// What the city does not let a center say in its own words.
    pub locked: Locked,
    /// Where the template's Chinese texts have changed under the center's own words.
    pub forks_zh: Vec<Fork>,
    /// The same of the English texts.
    pub forks_en: Vec<Fork>,
    /// Whether the center has taken it off its menu; residents do not see it then.
    pub hidden: bool,
    /// Rises with every change that this center makes to it; 0 before the first change to an item
    /// of the template.
    pub revision: i64,
}

/// A field with the items of one center.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuField {
    /// The field.
    pub field: Field,
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// The fields, in order.
///
/// # Errors
/// Database errors.
pub async fn fields(db: &Db) -> Result<Vec<Field>> {
    let mut tx = db.read().await?;
    fields_in(&mut tx).await
}

pub(super) async fn fields_in(tx: &mut Tx) -> Result<Vec<Field>> {
    tx.sql("SELECT code, name_zh, name_en, icon, sensitive, sort FROM service_field ORDER BY sort, code")
        .all()
        .await
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    id: MenuItemId,
    owner: Option<CenterId>,
    code: Option<String>,
    field: String,
    how: ItemHow,
    min_age: Option<i64>,
    max_age: Option<i64>,
    sensitive: bool,
    texts_zh: String,
    texts_en: Option<String>,
    revision: i64,
    locked: String,
    base_zh: Option<String>,
    base_en: Option<String>,
    hidden: Option<bool>,
    overrides_zh: Option<String>,
    overrides_en: Option<String>,
    override_revision: Option<i64>,
}

const ITEM: &str =
    "SELECT i.id, i.center_id AS owner, i.code, i.field, i.how, i.min_age, i.max_age,
        (i.sensitive OR f.sensitive) AS sensitive, i.texts_zh, i.texts_en, i.revision, i.locked,
        v.base_zh, v.base_en, v.hidden,
        v.texts_zh AS overrides_zh, v.texts_en AS overrides_en, v.revision AS override_revision
    FROM menu_item i
    JOIN service_field f ON f.code = i.field
    LEFT JOIN menu_override v ON v.item_id = i.id AND v.center_id = $1
    WHERE i.status = 'on' AND (i.center_id IS NULL OR i.center_id = $1)";

fn read(row: ItemRow, center: &CenterId) -> Result<Item> {
    let texts_zh: ItemTexts = serde_json::from_str(&row.texts_zh)?;
    let texts_en: Option<ItemTexts> = row
        .texts_en
        .as_deref()
        .map(serde_json::from_str)
        .transpose()?;
    let overrides = |text: Option<&String>| -> Result<Overrides> {
        Ok(text
            .map(|t| serde_json::from_str(t))
            .transpose()?
            .unwrap_or_default())
    };
    let overrides_zh = overrides(row.overrides_zh.as_ref())?;
    let overrides_en = overrides(row.overrides_en.as_ref())?;
    let own = row.owner.is_some();
    let locked: Locked = serde_json::from_str(&row.locked)?;
    let forked = |base: Option<&String>, texts: &ItemTexts, own: &Overrides| -> Result<Vec<Fork>> {
        match base.filter(|_| !own.is_empty()) {
            Some(base) => Ok(forks(&serde_json::from_str(base)?, texts, own, &locked)),
            None => Ok(Vec::new()),
        }
    };
    let english = texts_en.clone().unwrap_or_default();
    Ok(Item {
        forks_zh: forked(row.base_zh.as_ref(), &texts_zh, &overrides_zh)?,
        forks_en: forked(row.base_en.as_ref(), &english, &overrides_en)?,
        id: row.id,
        center_id: center.clone(),
        own,
        code: row.code,
        field: row.field,
        how: row.how,
        min_age: row.min_age,
        max_age: row.max_age,
        sensitive: row.sensitive,
        texts_zh: effective(&texts_zh, &overrides_zh, &locked),
        texts_en: texts_en.map(|texts| effective(&texts, &overrides_en, &locked)),
        locked,
        overrides_zh,
        overrides_en,
        hidden: row.hidden.unwrap_or(false),
        revision: if own {
            row.revision
        } else {
            row.override_revision.unwrap_or(0)
        },
    })
}

pub(super) async fn items_in(tx: &mut Tx, center: &CenterId) -> Result<Vec<Item>> {
    let rows: Vec<ItemRow> = tx
        .sql_built(format!(
            "{ITEM} ORDER BY f.sort, COALESCE(v.sort, i.sort), i.id"
        ))
        .bind(center)
        .all()
        .await?;
    rows.into_iter().map(|row| read(row, center)).collect()
}

pub(super) async fn item_in(tx: &mut Tx, center: &CenterId, id: &MenuItemId) -> Result<Item> {
    let row: Option<ItemRow> = tx
        .sql_built(format!("{ITEM} AND i.id = $2"))
        .bind(center)
        .bind(id)
        .optional()
        .await?;
    read(row.ok_or(Refusal::NotFound)?, center)
}

fn grouped(fields: Vec<Field>, items: Vec<Item>) -> Vec<MenuField> {
    let mut groups: Vec<MenuField> = fields
        .into_iter()
        .map(|field| MenuField {
            field,
            items: Vec::new(),
        })
        .collect();
    for item in items {
        if let Some(group) = groups.iter_mut().find(|g| g.field.code == item.field) {
            group.items.push(item);
        }
    }
    groups.retain(|group| !group.items.is_empty());
    groups
}

/// The menu of a center as residents see it, by field; what it has hidden is left out.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such center.
pub async fn of_center(db: &Db, center: &CenterId) -> Result<Vec<MenuField>> {
    let mut tx = db.read().await?;
    centers::place(&mut tx, center).await?;
    let fields = fields_in(&mut tx).await?;
    let mut items = items_in(&mut tx, center).await?;
    items.retain(|item| !item.hidden);
    Ok(grouped(fields, items))
}

/// The same for the center's staff, with the hidden items.
///
/// # Errors
/// [`Refusal::Forbidden`] for others.
pub async fn for_staff(db: &Db, caller: &Caller, center: &CenterId) -> Result<Vec<MenuField>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ManageMenu, &place)?;
    let fields = fields_in(&mut tx).await?;
    let items = items_in(&mut tx, center).await?;
    Ok(grouped(fields, items))
}

/// One item as residents of the center see it.
///
/// # Errors
/// [`Refusal::NotFound`] where the center has none such, or has hidden it.
pub async fn item(db: &Db, center: &CenterId, id: &MenuItemId) -> Result<Item> {
    let mut tx = db.read().await?;
    let item = item_in(&mut tx, center, id).await?;
    if item.hidden {
        return Err(Refusal::NotFound.into());
    }
    Ok(item)
}

/// The city's own texts of an item, Chinese and English, for who puts a center's words in their
/// place; none for an item of the center's own.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`] for whoever may not edit the menu.
pub async fn template(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    id: &MenuItemId,
) -> Result<(Item, Option<(ItemTexts, Option<ItemTexts>)>)> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ManageMenu, &place)?;
    let item = item_in(&mut tx, center, id).await?;
    if item.own {
        return Ok((item, None));
    }
    let (zh, en): (String, Option<String>) = tx
        .sql("SELECT texts_zh, texts_en FROM menu_item WHERE id = $1")
        .bind(id)
        .one()
        .await?;
    let en = en.as_deref().map(serde_json::from_str).transpose()?;
    Ok((item, Some((serde_json::from_str(&zh)?, en))))
}

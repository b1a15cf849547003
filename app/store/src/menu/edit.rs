//! Staff's changes to their center's menu. Each edit names the revision it is based on, and is refused
//! if somebody else has saved in between (C-69).

use super::{
    apply::{add, change, hide, place, remove, say},
    read::Item,
};
use crate::{Act, Change, Db, Locks, Op, Replay, Result, Tx, centers};
use domain::{
    access::Action,
    id::{CenterId, MenuItemId},
    menu::{ItemHow, ItemTexts, Overrides},
    person::AgeRange,
};

/// An item of the center's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// Code of its field.
    pub field: String,
    /// How it is had.
    pub how: ItemHow,
    /// Whom it is for.
    pub ages: AgeRange,
    /// The Chinese texts.
    pub texts_zh: ItemTexts,
    /// The English texts, if there are some.
    pub texts_en: Option<ItemTexts>,
}

/// Takes an item of the template off the center's menu, or puts it back on.
///
/// # Errors
/// [`domain::Refusal::NotFound`] for what is no item of the template, [`domain::Refusal::Stale`],
/// [`domain::Refusal::Forbidden`].
pub async fn set_hidden(
    db: &Db,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    hidden: bool,
    revision: Option<i64>,
) -> Result<Item> {
    let edit = Edit::Hide {
        item: item.clone(),
        hidden,
        revision,
    };
    write(db, act, center, edit).await
}

/// Says some of an item's texts in the center's own words. What is blank or equal to the
/// template takes the template's text (again).
///
/// # Errors
/// As [`set_hidden`]; [`domain::Refusal::Invalid`] for a text that is too long.
pub async fn override_texts(
    db: &Db,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    zh: Overrides,
    en: Overrides,
    revision: Option<i64>,
) -> Result<Item> {
    let edit = Edit::Override {
        item: item.clone(),
        zh: Box::new(zh),
        en: Box::new(en),
        revision,
    };
    write(db, act, center, edit).await
}

/// Adds an item of the center's own.
///
/// # Errors
/// [`domain::Refusal::Invalid`] for a field or texts that do not fit, [`domain::Refusal::Forbidden`].
pub async fn add_own(db: &Db, act: &Act, center: &CenterId, new: NewItem) -> Result<Item> {
    write(db, act, center, Edit::Add(Box::new(new))).await
}

/// Changes an item of the center's own.
///
/// # Errors
/// As [`add_own`], [`domain::Refusal::NotFound`] for an item of the template, [`domain::Refusal::Stale`].
pub async fn edit_own(
    db: &Db,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    to: NewItem,
    revision: Option<i64>,
) -> Result<Item> {
    let edit = Edit::Change {
        item: item.clone(),
        to: Box::new(to),
        revision,
    };
    write(db, act, center, edit).await
}

/// Removes an item of the center's own; what it was.
///
/// # Errors
/// [`domain::Refusal::Invalid`] of `item` with `in_use` while an activity points to it,
/// [`domain::Refusal::NotFound`] for an item of the template, [`domain::Refusal::Stale`].
pub async fn remove_own(
    db: &Db,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    revision: Option<i64>,
) -> Result<Item> {
    let edit = Edit::Remove {
        item: item.clone(),
        revision,
    };
    write(db, act, center, edit).await
}

/// Puts an item a place further up or down in its field, on this center's menu alone.
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`].
pub async fn move_item(
    db: &Db,
    act: &Act,
    center: &CenterId,
    item: &MenuItemId,
    up: bool,
) -> Result<Item> {
    let edit = Edit::Move {
        item: item.clone(),
        up,
    };
    write(db, act, center, edit).await
}

enum Edit {
    Hide {
        item: MenuItemId,
        hidden: bool,
        revision: Option<i64>,
    },
    Override {
        item: MenuItemId,
        zh: Box<Overrides>,
        en: Box<Overrides>,
        revision: Option<i64>,
    },
    Add(Box<NewItem>),
    Change {
        item: MenuItemId,
        to: Box<NewItem>,
        revision: Option<i64>,
    },
    Remove {
        item: MenuItemId,
        revision: Option<i64>,
    },
    Move {
        item: MenuItemId,
        up: bool,
    },
}

struct Write {
    center: CenterId,
    edit: Edit,
}

async fn write(db: &Db, act: &Act, center: &CenterId, edit: Edit) -> Result<Item> {
    let op = Write {
        center: center.clone(),
        edit,
    };
    db.write(act, Locks::none(), op).await
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = Item;
    fn replay() -> Replay<Item> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Item> {
        let (act, center) = (act, &self.center);
        let at = centers::place(tx, center).await?;
        act.caller.may(Action::ManageMenu, &at)?;
        let item = match &self.edit {
            Edit::Hide {
                item,
                hidden,
                revision,
            } => hide(tx, act, center, item, *hidden, *revision).await?,
            Edit::Override {
                item,
                zh,
                en,
                revision,
            } => say(tx, act, center, item, (zh, en), *revision).await?,
            Edit::Add(new) => add(tx, act, center, new).await?,
            Edit::Change { item, to, revision } => {
                change(tx, act, center, item, to, *revision).await?
            }
            Edit::Move { item, up } => place(tx, act, center, item, *up).await?,
            Edit::Remove { item, revision } => remove(tx, act, center, item, *revision).await?,
        };
        tx.changed(Change::Center(center.clone()));
        Ok(item)
    }
}

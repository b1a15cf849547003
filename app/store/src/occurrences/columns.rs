//! How the terms of an occurrence, its room and its door are read.

use crate::{
    Error, Result,
    columns::{Column, columns},
};
use domain::{check_in::DoorTerms, each_term, terms::Terms};

each_term!([columns] { TermsRow of Terms, selected by term_columns from "o" });
pub(crate) use term_columns;

/// The name of the room of the occurrence `o`, empty where it has none, as `room`.
macro_rules! room_column {
    () => {
        ", COALESCE((SELECT r.name FROM room r WHERE r.id = o.room_id), '') AS room"
    };
}
pub(crate) use room_column;

/// What a door asks, of the columns that `door_columns!` selects.
#[derive(sqlx::FromRow)]
pub(crate) struct DoorRow {
    door_opens_before_min: i64,
    asks_check_out: bool,
}

impl TryFrom<DoorRow> for DoorTerms {
    type Error = Error;
    fn try_from(row: DoorRow) -> Result<Self> {
        Ok(Self {
            opens_before_min: Column::read(row.door_opens_before_min)?,
            asks_check_out: row.asks_check_out,
        })
    }
}

/// What a door needs of the terms of the occurrence `o`, each column behind a comma.
macro_rules! door_columns {
    () => {
        ", o.door_opens_before_min, o.asks_check_out"
    };
}
pub(crate) use door_columns;

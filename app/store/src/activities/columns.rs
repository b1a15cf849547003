//! How the texts of an activity are read.

use crate::columns::columns;
use domain::{each_text, texts::Texts};

each_text!([columns] { TextsRow of Texts, selected by text_columns from "a" });
pub(crate) use text_columns;

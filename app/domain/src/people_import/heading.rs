//! Which column says what.

use crate::sheet;

/// What a column says of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The name.
    Name,
    /// The birth year, or the whole date.
    Birth,
    /// The telephone number.
    Phone,
    /// The relation to whom the number belongs.
    Relation,
    /// Where they live.
    Community,
}

use Column::{Birth, Community, Name, Phone, Relation};

/// Which column says what.
pub(super) type Columns = sheet::Columns<Column>;

/// What people call them, folded.
const NAMES: [(Column, &[&str]); 5] = [
    (Name, &["姓名", "名字", "居民姓名", "name"]),
    (
        Birth,
        &[
            "出生年份",
            "出生年",
            "出生日期",
            "出生年月",
            "生日",
            "birthyear",
            "yearofbirth",
            "birthdate",
            "born",
        ],
    ),
    (
        Phone,
        &[
            "手机号",
            "手机",
            "手机号码",
            "电话",
            "电话号码",
            "联系电话",
            "联系方式",
            "phone",
            "mobile",
            "telephone",
        ],
    ),
    (
        Relation,
        &[
            "关系",
            "与机主关系",
            "和机主的关系",
            "relation",
            "relationship",
        ],
    ),
    (
        Community,
        &["社区", "居住社区", "所在社区", "所属社区", "community"],
    ),
];

/// The order of the columns where nothing says it.
const ORDER: [Column; 5] = [Name, Birth, Phone, Community, Relation];

/// As a row of headings says.
pub(super) fn headed(row: &[String]) -> Option<Columns> {
    Columns::headed(&NAMES, row)
}

/// In the order that is told beside the form.
pub(super) fn in_order() -> Columns {
    Columns::in_order(&ORDER)
}

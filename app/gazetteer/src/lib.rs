//! Finding a center by text or by place, and the project's built-in data.
//!
//! Pure: no I/O, no clock, no database. The tables of `app/store/data` are compiled in.
//!
//! ```
//! use gazetteer::{Entry, Index};
//!
//! let entries = gazetteer::data::centers().iter().map(Entry::from).collect();
//! let index = Index::new(entries);
//! let found = index.find("luohu dtl", 5);
//! assert_eq!(found[0].entry.name, "大塘龙社区党群服务中心");
//! ```

pub mod data;
pub mod geo;
mod index;
mod keys;
pub mod normal;
mod readings;
mod titles;
mod token;

pub use geo::Position;
pub use index::{Entry, Hit, Index, Nearby, Why};
pub use keys::{MAX_VARIANTS, SearchKeys, search_keys};
pub use titles::{MAX_QUERY, matches, query_words, title_keys};

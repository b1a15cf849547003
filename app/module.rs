//! The islands as a module for a browser.

use app as _;
